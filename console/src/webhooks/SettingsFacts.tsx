/** What a webhook is set to, in words. */
import { useTranslation } from 'react-i18next';
import { useDuration } from '../i18n/duration.ts';
import { useFormat } from '../shell/format.ts';
import { Instant } from '../shell/Instant.tsx';
import { Section } from '../shell/Section.tsx';
import { defaultWaits, stepsOf } from './schedule.ts';
import type { Webhook } from './webhooks.ts';

export function SettingsFacts({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const { version, callback, statuses, headers, sending, rate_per_second: rate } = webhook;
  const accepts = version === 'v2' || version === 'v3' ? 'only200' : 'any2xx';
  const names = Object.keys(headers);
  const { signature_headers: signature, operational_events: events, disable_after_days: days } = webhook;
  const steps = stepsOf(webhook.retry_seconds ?? defaultWaits);
  return (
    <Section title={t('webhooks.settings')}>
      <dl className="facts">
        <dt>{t('form.version')}</dt>
        <dd>{t(`version.${version}`)}</dd>
        <dt>{t('form.callback')}</dt>
        <dd>{t(callback ? `callback.${accepts}` : 'callback.anything')}</dd>
        <dt>{t('form.statuses')}</dt>
        <dd>
          {statuses === 'all'
            ? t('webhooks.allStatuses')
            : statuses.map((status) => t(`status.${status}`)).join(', ')}
        </dd>
        <dt>{t('form.firesOn')}</dt>
        <dd>{t(`firesOn.${webhook.fires_on}`)}</dd>
        <dt>{t('form.order')}</dt>
        <dd>{t(webhook.ordered ? 'order.true' : 'order.false')}</dd>
        <dt>{t('form.rate')}</dt>
        <dd>{rate === null ? t('form.rateNone') : t('form.rateIs', { rate: format.number(rate) })}</dd>
        <dt>{t('form.headers')}</dt>
        <dd className="mono">{names.length === 0 ? '—' : names.join(', ')}</dd>
        {signature !== null && (
          <>
            <dt>{t('signature.title')}</dt>
            <dd className="mono">{[signature.id, signature.timestamp, signature.signature].join(', ')}</dd>
          </>
        )}
        <dt>{t('retry.title')}</dt>
        <dd>
          {t(webhook.retry_daily ? 'retry.sumDaily' : 'retry.sum', {
            count: steps.length,
            time: duration(steps.at(-1)?.since ?? 0),
          })}
        </dd>
        {days !== null && (
          <>
            <dt>{t('retry.disableAfter')}</dt>
            <dd>{t('retry.afterDays', { count: days })}</dd>
          </>
        )}
        {events.length > 0 && (
          <>
            <dt>{t('operational.title')}</dt>
            <dd>{events.map((type) => t(`operational.${type}`)).join(', ')}</dd>
          </>
        )}
        <dt>{t('webhooks.underWay')}</dt>
        <dd>
          {sending.window === 0
            ? t('webhooks.noWindow')
            : t('webhooks.window', { inFlight: sending.in_flight, window: sending.window })}
        </dd>
        <dt>{t('webhooks.createdAt')}</dt>
        <dd>
          <Instant at={webhook.created_at} />
        </dd>
        <dt>{t('id')}</dt>
        <dd className="mono">{webhook.id}</dd>
      </dl>
    </Section>
  );
}
