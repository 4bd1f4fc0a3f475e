/** What a member is told by mail: trouble with webhooks, and parcels that come into a status of their choice. */
import { Button, Stack, Switch } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notices, NoticeTest } from '../../../src/sdk/notices.ts';
import { call } from '../api/call.ts';
import { Loaded } from '../shell/Loaded.tsx';
import { Note } from '../shell/Note.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { selectable } from '../webhooks/webhooks.ts';
import { Choices } from './Choices.tsx';
import { SaveButton } from './SaveButton.tsx';

const operational = [
  'webhook.failing',
  'webhook.recovered',
  'webhook.disabled',
  'delivery.parked',
] as const satisfies Notices['operational'];

const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: () => call<Notices>('GET', '/notices'),
});

export function OwnNotices() {
  const { t } = useTranslation();
  const query = useQuery(noticesQuery);
  const email = query.data?.email;
  return (
    <Section
      title={t('notices.title')}
      about={email === undefined ? undefined : t('notices.about', { email })}
    >
      <Loaded query={query}>
        {(notices) => (
          <>
            {!notices.mail && <Note title={t('notices.noMail')}>{t('notices.noMailAbout')}</Note>}
            <NoticesForm notices={notices} />
            {notices.mail && <TestNotice />}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function NoticesForm({ notices }: { notices: Notices }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [told, setTold] = useState<readonly string[]>(notices.operational);
  const [statuses, setStatuses] = useState<readonly string[]>(notices.statuses);
  const [paused, setPaused] = useState(notices.paused);
  const saving = useMutation({
    mutationFn: () => call<Notices>('PATCH', '/notices', { operational: told, statuses, paused }),
    onSuccess: (saved) => queries.setQueryData(['notices'], saved),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} onChange={saving.reset}>
      <Stack>
        <Choices
          label={t('notices.operational')}
          options={operational.map((value) => ({ value, label: t(`notices.event.${underlined(value)}`) }))}
          chosen={told}
          onChange={setTold}
        />
        <Choices
          label={t('notices.statuses')}
          options={selectable.map((value) => ({ value, label: t(`status.${value}`) }))}
          chosen={statuses}
          onChange={setStatuses}
        />
        <Switch
          label={t('notices.paused')}
          description={t('notices.pausedAbout')}
          checked={paused}
          onChange={(event) => setPaused(event.currentTarget.checked)}
        />
        <SaveButton saving={saving} />
      </Stack>
    </form>
  );
}

function TestNotice() {
  const { t } = useTranslation();
  const testing = useMutation({ mutationFn: () => call<NoticeTest>('POST', '/notices/test') });
  const { data, error, isPending } = testing;
  return (
    <Stack gap="sm" align="flex-start">
      <Button variant="default" loading={isPending} onClick={() => testing.mutate()}>
        {t('notices.test')}
      </Button>
      <Problem error={error} />
      {data !== undefined && (
        <div role="status">
          {data.reason}
          {data.answer !== null && <div className="mono">{data.answer}</div>}
        </div>
      )}
    </Stack>
  );
}

type Underlined<Name extends string> = Name extends `${infer Front}.${infer Back}`
  ? `${Front}_${Back}`
  : Name;

/** The dot stands for something else in the names of texts. */
function underlined<Name extends string>(name: Name): Underlined<Name> {
  return name.replace('.', '_') as Underlined<Name>;
}
