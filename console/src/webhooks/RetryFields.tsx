/** What happens after a failed attempt: the waits, as they are typed and as the line of attempts that they come to. */
import { Checkbox, NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDuration } from '../i18n/duration.ts';
import type { Draft } from './draft.ts';
import { defaultWaits, readWaits, stepsOf } from './schedule.ts';

interface RetryFieldsProps {
  readonly draft: Draft;
  readonly errors: {
    readonly waits: string | null;
    readonly daily: string | null;
    readonly days: string | null;
  };
  readonly onChange: (changes: Partial<Draft>) => void;
}

export function RetryFields({ draft, errors, onChange }: RetryFieldsProps) {
  const { t } = useTranslation();
  const waits = draft.retry === 'default' ? defaultWaits : readWaits(draft.waits);
  return (
    <>
      <Radio.Group
        label={t('retry.title')}
        description={t('retry.about')}
        value={draft.retry}
        onChange={(retry) => onChange({ retry: retry as Draft['retry'] })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="default" label={t('retry.default')} description={t('retry.defaultAbout')} />
          <Radio value="own" label={t('retry.own')} description={t('retry.ownAbout')} />
        </Stack>
      </Radio.Group>
      {draft.retry === 'own' && (
        <TextInput
          label={t('retry.waits')}
          description={t('retry.waitsAbout')}
          value={draft.waits}
          error={errors.waits ?? (waits === null && t('retry.waitsUnread'))}
          onChange={(event) => onChange({ waits: event.currentTarget.value })}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'mono' }}
        />
      )}
      {waits !== null && <Schedule waits={waits} isDaily={draft.retry_daily} />}
      <Checkbox
        label={t('retry.daily')}
        description={t('retry.dailyAbout')}
        checked={draft.retry_daily}
        error={errors.daily}
        onChange={(event) => onChange({ retry_daily: event.currentTarget.checked })}
      />
      <NumberInput
        label={t('retry.disableAfter')}
        description={t('retry.disableAfterAbout')}
        value={draft.disableAfterDays}
        error={errors.days}
        onChange={(days) => onChange({ disableAfterDays: String(days) })}
        allowNegative={false}
        allowDecimal={false}
        hideControls
        maw="20rem"
      />
    </>
  );
}

/** Each attempt with how long it comes after the one before and after the first. */
function Schedule({ waits, isDaily }: { waits: readonly number[]; isDaily: boolean }) {
  const { t } = useTranslation();
  const duration = useDuration();
  const steps = stepsOf(waits);
  const last = steps.at(-1);
  return (
    <details>
      <summary>
        <Text span size="sm">
          {t(isDaily ? 'retry.sumDaily' : 'retry.sum', {
            count: steps.length,
            time: duration(last?.since ?? 0),
          })}
        </Text>
      </summary>
      <ol className="schedule" aria-label={t('retry.schedule')}>
        {steps.map(({ attempt, wait, since }) => (
          <li key={attempt}>
            {attempt === 1 ? (
              t('retry.first')
            ) : (
              <>
                {t('retry.after', { time: duration(wait) })}
                <Text span size="xs" c="dimmed">
                  {t('retry.since', { time: duration(since) })}
                </Text>
              </>
            )}
          </li>
        ))}
        <li className="scheduleEnd">{t(isDaily ? 'retry.thenDaily' : 'retry.thenParked')}</li>
      </ol>
    </details>
  );
}
