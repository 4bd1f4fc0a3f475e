/** What a webhook is set to, in words. */
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format.ts';
import { Instant } from '../shell/Instant.tsx';
import { Section } from '../shell/Section.tsx';
import type { Webhook } from './webhooks.ts';

export function SettingsFacts({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { version, callback, statuses, headers, sending, rate_per_second: rate } = webhook;
  const accepts = version === 'v2' || version === 'v3' ? 'only200' : 'any2xx';
  const names = Object.keys(headers);
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
        <dt>{t('webhooks.id')}</dt>
        <dd className="mono">{webhook.id}</dd>
      </dl>
    </Section>
  );
}
