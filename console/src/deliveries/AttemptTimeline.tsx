/** The attempts of a delivery one after the other, and what comes next. */
import { Text, Timeline } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Instant } from '../shell/Instant.tsx';
import type { DeliveryDetails } from './deliveries.ts';
import { Exchange } from './Exchange.tsx';

export function AttemptTimeline({ delivery }: { delivery: DeliveryDetails }) {
  const { t } = useTranslation();
  const { attempts, state, next_attempt_at: nextAt } = delivery;
  return (
    <Timeline bulletSize={14} lineWidth={2} active={attempts.length - 1}>
      {attempts.map((attempt) => (
        <Timeline.Item
          key={attempt.id}
          title={
            <>
              {t(attempt.cause === 'redeliver' ? 'attempts.redelivery' : 'attempts.number', {
                number: attempt.number,
              })}{' '}
              <Text span size="sm" c="dimmed" fw={400}>
                <Instant at={attempt.started_at} />
              </Text>
            </>
          }
        >
          <Exchange sending={attempt} />
        </Timeline.Item>
      ))}
      <Timeline.Item title={t(`attempts.now_${state}`)}>
        <Text size="sm" role="status">
          {state === 'waiting' && nextAt !== null ? (
            <>
              {t('attempts.nextAt')} <Instant at={nextAt} />
            </>
          ) : (
            t(`attempts.now_${state}About`)
          )}
        </Text>
      </Timeline.Item>
    </Timeline>
  );
}
