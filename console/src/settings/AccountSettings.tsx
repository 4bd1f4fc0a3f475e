/** What the account is to its webhooks: the zone of its times, and the email that signs versions 2 and 3. */
import { Autocomplete, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { type Session, useIsOwner, useSession } from '../session/session.ts';
import { Section } from '../shell/Section.tsx';
import { SaveButton } from './SaveButton.tsx';

export function AccountSettings() {
  const { t } = useTranslation();
  const session = useSession();
  const isOwner = useIsOwner();
  if (session === null) return null;
  const { account } = session;
  return (
    <Section title={t('settings.account')}>
      {isOwner ? (
        <AccountForm account={account} />
      ) : (
        <dl className="facts">
          <dt>{t('settings.signingEmail')}</dt>
          <dd>{account.signing_email}</dd>
          <dt>{t('settings.timeZone')}</dt>
          <dd>{account.time_zone}</dd>
        </dl>
      )}
      <dl className="facts">
        <dt>{t('id')}</dt>
        <dd className="mono">{account.id}</dd>
      </dl>
    </Section>
  );
}

function AccountForm({ account }: Pick<Session, 'account'>) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [timeZone, setTimeZone] = useState(account.time_zone);
  const [signingEmail, setSigningEmail] = useState(account.signing_email);
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  const saving = useMutation({
    mutationFn: () =>
      call('PATCH', '/account', {
        ...(timeZone === account.time_zone ? {} : { time_zone: timeZone }),
        ...(signingEmail === account.signing_email ? {} : { signing_email: signingEmail }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} onChange={saving.reset}>
      <Stack maw="28rem">
        <Autocomplete
          label={t('settings.timeZone')}
          description={t('settings.timeZoneAbout')}
          value={timeZone}
          error={refusedAt(saving.error, '/time_zone')}
          onChange={setTimeZone}
          data={zones}
          limit={40}
        />
        <TextInput
          label={t('settings.signingEmail')}
          description={t('settings.signingEmailAbout')}
          value={signingEmail}
          error={refusedAt(saving.error, '/signing_email')}
          onChange={(event) => setSigningEmail(event.currentTarget.value)}
          autoComplete="off"
        />
        <SaveButton saving={saving} told={['/time_zone', '/signing_email']} />
      </Stack>
    </form>
  );
}
