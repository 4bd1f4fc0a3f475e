/** One request and what came of it: the verdict in a sentence, then how long its parts took, then the bytes. */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt, TestAttempt } from '../../../src/sdk/attempts.ts';
import { Body } from '../shell/Body.tsx';
import { Dot } from '../shell/Dot.tsx';
import { useFormat } from '../shell/format.ts';
import { Headers } from '../shell/Headers.tsx';
import { Timings } from './Timings.tsx';
import './exchange.css';

interface ExchangeProps {
  /** A test has the body too, which the attempts of a delivery have in common. */
  readonly sending: Omit<Attempt, 'id' | 'number' | 'cause'> | TestAttempt;
  /** Whether request and answer are shown without being asked for. */
  readonly isOpen?: boolean;
}

export function Exchange({ sending, isOpen = false }: ExchangeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { request, response, failure, address, verdict, reason } = sending;
  const status = response?.status ?? failure?.code;
  return (
    <Stack gap="xs" mt={4}>
      <Group gap="md">
        <Dot tone={verdict === 'accepted' ? 'good' : 'bad'}>{status}</Dot>
        <Text size="sm">{reason}</Text>
      </Group>
      {failure !== null && failure.reason !== reason && <Text size="sm">{failure.reason}</Text>}
      <Text size="sm" c="dimmed">
        {address === null ? t('exchange.noAddress') : t('exchange.address', { address })}{' '}
        {t('exchange.took', { time: format.milliseconds(sending.timings.total_ms) })}
      </Text>
      <Timings timings={sending.timings} />
      <div className="exchange">
        <details open={isOpen}>
          <summary>{t('exchange.request')}</summary>
          <Stack gap="xs" pt={4}>
            <span className="mono">
              {request.method} {request.url}
            </span>
            <Headers headers={request.headers} label={t('exchange.requestHeaders')} />
            {'body' in request ? (
              <Body text={request.body} label={t('exchange.requestBody')} />
            ) : (
              <Text size="sm" c="dimmed">
                {t('exchange.bodyBelow')}
              </Text>
            )}
          </Stack>
        </details>
        {response !== null && (
          <details open={isOpen}>
            <summary>{t('exchange.response', { status: response.status })}</summary>
            <Stack gap="xs" pt={4}>
              <Headers headers={response.headers} label={t('exchange.responseHeaders')} />
              <Body text={response.body} label={t('exchange.responseBody')} />
              {response.truncated && <Text size="sm">{t('exchange.truncated')}</Text>}
            </Stack>
          </details>
        )}
      </div>
    </Stack>
  );
}
