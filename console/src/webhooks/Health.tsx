/** How a webhook fares, in one word and, where it is not well, since when. */
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dot, type Tone } from '../shell/Dot.tsx';
import { useFormat } from '../shell/format.ts';
import type { Webhook } from './webhooks.ts';

export function Health({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { failing_since: failingSince, sending } = webhook;
  const [tone, word] = healthOf(webhook);
  const more =
    failingSince !== null && webhook.enabled
      ? t('health.since', { time: format.instant(failingSince) })
      : webhook.enabled && sending.closed_until !== null
        ? t('health.closedUntil', { time: format.instant(sending.closed_until) })
        : null;
  return (
    <Group gap={8} wrap="wrap">
      <Dot tone={tone} hollow={!webhook.enabled}>
        {t(`health.${word}`)}
      </Dot>
      {more !== null && (
        <Text span size="sm" c="dimmed">
          {more}
        </Text>
      )}
    </Group>
  );
}

function healthOf({ enabled, failing_since, sending }: Webhook) {
  if (!enabled) return ['rest', 'disabled'] as const;
  if (failing_since !== null) return ['bad', 'failing'] as const;
  // No window: the receiver is away, and a request now and then asks whether it is back.
  if (sending.window === 0) return ['wait', 'probing'] as const;
  return ['good', 'well'] as const satisfies readonly [Tone, string];
}
