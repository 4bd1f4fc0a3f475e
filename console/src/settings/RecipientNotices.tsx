/** Whether the recipients of parcels are written to, of which statuses, and where their answers go. */
import { Stack, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { Loaded } from '../shell/Loaded.tsx';
import { Section } from '../shell/Section.tsx';
import { selectable } from '../webhooks/webhooks.ts';
import { type AccountSettings, accountQuery, useSaveSettings } from './account.ts';
import { Choices } from './Choices.tsx';
import { SaveButton } from './SaveButton.tsx';

const replyAt = '/settings/notices/recipients/reply_to';

export function RecipientNotices() {
  const { t } = useTranslation();
  const query = useQuery(accountQuery);
  return (
    <Section title={t('notices.recipients')} about={t('notices.recipientsAbout')}>
      <Loaded query={query}>
        {({ settings }) => <RecipientsForm recipients={settings.notices.recipients} />}
      </Loaded>
    </Section>
  );
}

function RecipientsForm({ recipients }: { recipients: AccountSettings['notices']['recipients'] }) {
  const { t } = useTranslation();
  const [enabled, setEnabled] = useState(recipients.enabled);
  const [statuses, setStatuses] = useState<readonly string[]>(recipients.statuses);
  const [replyTo, setReplyTo] = useState(recipients.reply_to ?? '');
  const saving = useSaveSettings(() => ({
    notices: {
      recipients: {
        enabled,
        statuses: [...statuses],
        reply_to: replyTo.trim() === '' ? null : replyTo.trim(),
      },
    },
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} onChange={saving.reset}>
      <Stack>
        <Switch
          label={t('notices.recipientsEnabled')}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <Choices
          label={t('notices.recipientStatuses')}
          options={selectable.map((value) => ({ value, label: t(`status.${value}`) }))}
          chosen={statuses}
          disabled={!enabled}
          onChange={setStatuses}
        />
        <TextInput
          maw="24rem"
          type="email"
          label={t('notices.replyTo')}
          description={t('notices.replyToAbout')}
          value={replyTo}
          error={refusedAt(saving.error, replyAt)}
          onChange={(event) => setReplyTo(event.currentTarget.value)}
        />
        <SaveButton saving={saving} told={[replyAt]} />
      </Stack>
    </form>
  );
}
