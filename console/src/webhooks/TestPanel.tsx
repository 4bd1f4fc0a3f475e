/** Trying a webhook out: a sample of any status is sent now, and the whole exchange is shown. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Exchange } from '../attempts/Exchange.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { type Status, selectable, sendTest, type Webhook } from './webhooks.ts';

export function TestPanel({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const [status, setStatus] = useState<Status>('delivered');
  const sending = useMutation({ mutationFn: () => sendTest(webhook.id, status) });
  return (
    <Section title={t('test.title')} about={t('test.about')}>
      <Group align="flex-end">
        <NativeSelect
          label={t('test.status')}
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value as Status)}
          data={selectable.map((one) => ({ value: one, label: t(`status.${one}`) }))}
        />
        <Button loading={sending.isPending} onClick={() => sending.mutate()}>
          {t('test.send')}
        </Button>
      </Group>
      <Problem error={sending.error} />
      <div aria-live="polite">{sending.data !== undefined && <Exchange sending={sending.data} isOpen />}</div>
    </Section>
  );
}
