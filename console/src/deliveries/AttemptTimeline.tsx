/** The attempts of a delivery one after the other, and what comes next: when, and what follows if that fails too. */
import { Text, Timeline } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Exchange } from '../attempts/Exchange.tsx';
import { useDuration } from '../i18n/duration.ts';
import { Instant } from '../shell/Instant.tsx';
import { useNow } from '../shell/now.ts';
import { defaultWaits } from '../webhooks/schedule.ts';
import type { Webhook } from '../webhooks/webhooks.ts';
import type { DeliveryDetails } from './deliveries.ts';

interface AttemptTimelineProps {
  readonly delivery: DeliveryDetails;
  /** Undefined: it is gone, or not known yet. */
  readonly webhook: Webhook | undefined;
}

export function AttemptTimeline({ delivery, webhook }: AttemptTimelineProps) {
  const { t } = useTranslation();
  const duration = useDuration();
  const { attempts, state } = delivery;
  const sinceBefore = (index: number) => {
    const [at, before] = [attempts[index]?.started_at, attempts[index - 1]?.started_at];
    return at === undefined || before === undefined ? null : (Date.parse(at) - Date.parse(before)) / 1000;
  };
  return (
    <Timeline bulletSize={14} lineWidth={2} active={attempts.length - 1}>
      {attempts.map((attempt, index) => {
        const since = sinceBefore(index);
        return (
          <Timeline.Item
            key={attempt.id}
            title={
              <>
                {t(attempt.cause === 'redeliver' ? 'attempts.redelivery' : 'attempts.number', {
                  number: attempt.number,
                })}{' '}
                <Text span size="sm" c="dimmed" fw={400}>
                  <Instant at={attempt.started_at} />
                  {since !== null && ` · ${t('attempts.later', { time: duration(since) })}`}
                </Text>
              </>
            }
          >
            <Exchange sending={attempt} />
          </Timeline.Item>
        );
      })}
      <Timeline.Item title={t(`attempts.now_${state}`)}>
        {state === 'waiting' && delivery.next_attempt_at !== null ? (
          <Next at={delivery.next_attempt_at} spent={delivery.attempt_count} webhook={webhook} />
        ) : (
          <Text size="sm" role="status">
            {t(`attempts.now_${state}About`)}
          </Text>
        )}
      </Timeline.Item>
    </Timeline>
  );
}

interface NextProps {
  readonly at: string;
  /** Attempts of the schedule so far. */
  readonly spent: number;
  readonly webhook: Webhook | undefined;
}

function Next({ at, spent, webhook }: NextProps) {
  const { t } = useTranslation();
  const duration = useDuration();
  const leftMs = Date.parse(at) - useNow(1000);
  return (
    <>
      <Text size="sm" role="status">
        {t('attempts.nextAt')} <Instant at={at} />
      </Text>
      <Text size="sm" c="dimmed">
        {[
          leftMs > 0 ? t('attempts.inTime', { time: duration(leftMs / 1000) }) : null,
          webhook === undefined ? null : whatFollows(webhook),
        ]
          .filter((part) => part !== null)
          .join(' ')}
      </Text>
    </>
  );

  function whatFollows({ retry_seconds, retry_daily }: Webhook): string {
    // One attempt more than there are waits; the one that comes now is not among those that are left after it.
    const left = (retry_seconds ?? defaultWaits).length - spent;
    if (left > 0) return t('retry.left', { count: left });
    return t(retry_daily ? 'retry.leftDaily' : 'retry.leftNone');
  }
}
