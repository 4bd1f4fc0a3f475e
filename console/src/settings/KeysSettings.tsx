/** The API keys of the account: a new one is shown once, and one that is revoked opens nothing from then on. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKey, Role } from '../../../src/sdk/keys.ts';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Secret } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { keysQuery } from './members.ts';
import { RoleSelect } from './RoleSelect.tsx';

export function KeysSettings() {
  const { t } = useTranslation();
  const query = useQuery(keysQuery);
  return (
    <Section title={t('keys.title')} about={t('keys.about')}>
      <Loaded query={query}>
        {(keys) => (
          <div className="rows">
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </div>
        )}
      </Loaded>
      <NewKey />
    </Section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, name, role, hint, last_used_at: usedAt } = apiKey;
  return (
    <Group justify="space-between" py="xs" gap="sm">
      <Stack gap={0} miw={0}>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          <span className="mono">{hint}</span> · {t(`role.${role}`)} ·{' '}
          {usedAt === null ? (
            t('keys.notUsed')
          ) : (
            <>
              {t('keys.lastUsed')} <Instant at={usedAt} />
            </>
          )}
        </Text>
      </Stack>
      <Confirm
        danger
        button={{ size: 'xs', 'aria-label': t('keys.revokeOne', { name }) }}
        label={t('keys.revoke')}
        title={t('keys.revokeTitle', { name })}
        about={t('keys.revokeAbout')}
        yes={t('keys.revoke')}
        run={async () => {
          await call('DELETE', `/keys/${id}`);
          await queries.invalidateQueries({ queryKey: ['keys'] });
        }}
      />
    </Group>
  );
}

function NewKey() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [made, setMade] = useState<string | null>(null);
  const creating = useMutation({
    mutationFn: () => call<ApiKey & { key: string }>('POST', '/keys', { name, role }),
    async onSuccess({ key }) {
      setMade(key);
      setName('');
      await queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  const atName = refusedAt(creating.error, '/name');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creating.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t('keys.name')}
            value={name}
            error={atName}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <RoleSelect label={t('keys.role')} role={role} onChoose={setRole} />
          <Button type="submit" loading={creating.isPending}>
            {t('keys.create')}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {t(`role.${role}About`)}
        </Text>
        <Problem error={atName === null ? creating.error : null} />
      </Stack>
      <Secret
        secret={made}
        title={t('secret.keyTitle')}
        about={t('secret.key')}
        onKept={() => setMade(null)}
      />
    </form>
  );
}
