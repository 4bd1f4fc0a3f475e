/** Who may sign in: inviting somebody, roles, a new link for who forgot the password, and removing. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../src/sdk/keys.ts';
import type { Invitation, Member } from '../../../src/sdk/members.ts';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { useSession } from '../session/session.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Secret } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { membersQuery } from './members.ts';
import { RoleSelect } from './RoleSelect.tsx';

export function MembersSettings() {
  const { t } = useTranslation();
  const query = useQuery(membersQuery);
  const [link, setLink] = useState<string | null>(null);
  return (
    <Section title={t('members.title')} about={t('members.about')}>
      <Loaded query={query}>
        {(members) => (
          <div className="rows">
            {members.map((member) => (
              <MemberRow key={member.id} member={member} onLink={setLink} />
            ))}
          </div>
        )}
      </Loaded>
      <Invite onLink={setLink} />
      <Secret
        secret={link}
        title={t('members.linkTitle')}
        about={t('members.linkAbout')}
        onKept={() => setLink(null)}
      />
    </Section>
  );
}

interface OnLink {
  readonly onLink: (link: string) => void;
}

function MemberRow({ member, onLink }: { member: Member } & OnLink) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const self = useSession()?.member?.id === member.id;
  const { id, email, name, role } = member;
  const known = name ?? email;
  const changing = useMutation({
    mutationFn: (to: Role) => call('PATCH', `/members/${id}`, { role: to }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['members'] }),
  });
  return (
    <Stack gap="xs" py="xs">
      <Group justify="space-between" gap="sm">
        <Stack gap={0} miw={0} flex="1 1 14rem">
          <Text fw={600} truncate>
            {self ? t('members.you', { name: known }) : known}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {name === null ? null : `${email} · `}
            <Standing member={member} />
          </Text>
        </Stack>
        <Group gap="xs">
          <RoleSelect
            size="xs"
            aria-label={t('members.roleOf', { name: known })}
            role={changing.isPending ? changing.variables : role}
            disabled={changing.isPending}
            onChoose={changing.mutate}
          />
          <Confirm
            button={{ size: 'xs', 'aria-label': t('members.linkFor', { name: known }) }}
            label={t('members.link')}
            title={t('members.linkFor', { name: known })}
            about={t('members.linkConfirm')}
            yes={t('members.link')}
            run={async () => {
              onLink((await call<Invitation>('POST', `/members/${id}/link`)).link);
              await queries.invalidateQueries({ queryKey: ['members'] });
            }}
          />
          <Confirm
            danger
            button={{ size: 'xs', 'aria-label': t('members.removeOne', { name: known }) }}
            label={t('members.remove')}
            title={t('members.removeTitle', { name: known })}
            about={t(self ? 'members.removeSelf' : 'members.removeAbout')}
            yes={t('members.remove')}
            run={async () => {
              await call('DELETE', `/members/${id}`);
              await queries.invalidateQueries({ queryKey: ['members'] });
            }}
          />
        </Group>
      </Group>
      <Problem error={changing.error} />
    </Stack>
  );
}

function Standing({ member }: { member: Member }) {
  const { t } = useTranslation();
  if (member.signed_in_at !== null)
    return (
      <>
        {t('members.signedIn')} <Instant at={member.signed_in_at} />
      </>
    );
  if (member.link_until !== null)
    return (
      <>
        {t('members.linkUntil')} <Instant at={member.link_until} />
      </>
    );
  return t('members.never');
}

function Invite({ onLink }: OnLink) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const inviting = useMutation({
    mutationFn: () => call<Invitation>('POST', '/members', { email: email.trim(), role }),
    async onSuccess({ link }) {
      onLink(link);
      setEmail('');
      await queries.invalidateQueries({ queryKey: ['members'] });
    },
  });
  const atEmail = refusedAt(inviting.error, '/email');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    inviting.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            type="email"
            label={t('members.email')}
            value={email}
            error={atEmail}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="off"
            required
          />
          <RoleSelect label={t('keys.role')} role={role} onChoose={setRole} />
          <Button type="submit" loading={inviting.isPending}>
            {t('members.invite')}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {t(`role.${role}About`)}
        </Text>
        <Problem error={atEmail === null ? inviting.error : null} />
      </Stack>
    </form>
  );
}
