/** By what couriers know the account. What was set is never shown again: it can be replaced or taken away. */
import { Badge, Group, Stack, Text, TextInput } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CourierCredentials } from '../../../src/sdk/courierCredentials.ts';
import { call, type Page } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { PasswordField } from '../shell/PasswordField.tsx';
import { Section } from '../shell/Section.tsx';
import { SaveButton } from './SaveButton.tsx';

const credentialsQuery = queryOptions({
  queryKey: ['courier-credentials'],
  queryFn: async () => (await call<Page<CourierCredentials>>('GET', '/courier-credentials')).data,
});

export function CouriersSettings() {
  const { t } = useTranslation();
  const query = useQuery(credentialsQuery);
  return (
    <Loaded query={query}>
      {(couriers) =>
        couriers.length === 0 ? (
          <Empty title={t('credentials.emptyTitle')} about={t('credentials.emptyAbout')} />
        ) : (
          couriers.map((courier) => <CourierSection key={courier.courier_code} courier={courier} />)
        )
      }
    </Loaded>
  );
}

function CourierSection({ courier }: { courier: CourierCredentials }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { courier_code: code, name, fields, updated_at: updatedAt } = courier;
  const isSet = fields.some(({ set }) => set);
  const renew = () => queries.invalidateQueries({ queryKey: ['courier-credentials'] });
  return (
    <Section
      title={name}
      about={
        updatedAt === null ? (
          t('credentials.none')
        ) : (
          <>
            {t('credentials.changedAt')} <Instant at={updatedAt} />
          </>
        )
      }
      actions={
        isSet && (
          <Confirm
            danger
            label={t('credentials.remove')}
            title={t('credentials.removeTitle', { name })}
            about={t('credentials.removeAbout')}
            yes={t('credentials.remove')}
            run={async () => {
              await call('DELETE', `/courier-credentials/${code}`);
              await renew();
            }}
          />
        )
      }
    >
      <CredentialsForm courier={courier} onSaved={renew} />
    </Section>
  );
}

interface CredentialsFormProps {
  readonly courier: CourierCredentials;
  readonly onSaved: () => Promise<void>;
}

function CredentialsForm({ courier, onSaved }: CredentialsFormProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const { courier_code: code, fields } = courier;
  const saving = useMutation({
    mutationFn: () => call('PUT', `/courier-credentials/${code}`, { values }),
    async onSuccess() {
      setValues({});
      await onSaved();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} onChange={saving.reset}>
      <Stack maw="28rem">
        {fields.map(({ name, label, secret, required, set }) => {
          const Field = secret ? PasswordField : TextInput;
          const where = `/values/${name}`;
          return (
            <Field
              key={name}
              label={
                <Group component="span" gap="xs" display="inline-flex">
                  <span>{label}</span>
                  {set && <Badge>{t('credentials.set')}</Badge>}
                  {required && !set && (
                    <Text span size="xs" c="dimmed">
                      {t('credentials.required')}
                    </Text>
                  )}
                </Group>
              }
              placeholder={set ? t('credentials.kept') : undefined}
              value={values[name] ?? ''}
              error={refusedAt(saving.error, where)}
              onChange={(event) => {
                const said = event.currentTarget.value;
                setValues(({ [name]: _before, ...others }) =>
                  said === '' ? others : { ...others, [name]: said },
                );
              }}
              autoComplete="off"
            />
          );
        })}
        <SaveButton saving={saving} told={fields.map(({ name }) => `/values/${name}`)} />
      </Stack>
    </form>
  );
}
