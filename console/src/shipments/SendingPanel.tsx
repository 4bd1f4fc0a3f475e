/** How far the sending has come, and its end: what became of every row. Whoever leaves amid it is asked whether they mean it. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { Report } from './Report.tsx';
import type { SendingHandle } from './useSending.ts';

export function SendingPanel({ sending, goOn, halt, reset }: SendingHandle) {
  const { t } = useTranslation();
  const isAmid = sending.is === 'running' || sending.is === 'stuck';
  useBlocker({
    shouldBlockFn: () => isAmid && !window.confirm(t('import.leave')),
    enableBeforeUnload: isAmid,
  });
  if (sending.is === 'idle') return null;
  if (sending.is === 'over')
    return <Report lines={sending.lines} isHalted={sending.isHalted} onAgain={reset} />;
  const { done, total } = sending;
  return (
    <Section title={t('import.sending')} about={t('import.sendingAbout')}>
      <Stack gap="xs">
        <Progress value={(100 * done) / Math.max(1, total)} size="lg" aria-label={t('import.sending')} />
        <Text size="sm" role="status">
          {t('import.progress', { done, count: total })}
        </Text>
      </Stack>
      {sending.is === 'stuck' && <Problem error={sending.error} onRetry={goOn} />}
      <Group>
        <Button variant="default" onClick={halt}>
          {t('import.halt')}
        </Button>
      </Group>
    </Section>
  );
}
