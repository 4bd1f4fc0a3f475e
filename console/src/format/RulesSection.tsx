/** What a receiver has to know beside the body: which answer counts, what is sent again, in which order, and what comes twice. */
import { useTranslation } from 'react-i18next';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { Section } from '../shell/Section.tsx';

export function RulesSection({ version }: { version: WebhookVersion }) {
  const { t } = useTranslation();
  const isStrict = version === 'v2' || version === 'v3';
  return (
    <div id="rules" className="anchored">
      <Section title={t('format.rules.title')}>
        <dl className="facts">
          <dt>{t('format.rules.accepted')}</dt>
          <dd>{t(isStrict ? 'format.rules.acceptedOnly200' : 'format.rules.acceptedAny2xx')}</dd>
          <dt>{t('format.rules.answer')}</dt>
          <dd>{t('format.rules.answerIs')}</dd>
          <dt>{t('format.rules.retries')}</dt>
          <dd>{t('format.rules.retriesAre')}</dd>
          <dt>{t('format.rules.order')}</dt>
          <dd>{t('format.rules.orderIs')}</dd>
          <dt>{t('format.rules.duplicates')}</dt>
          <dd>{t('format.rules.duplicatesAre')}</dd>
          <dt>{t('format.rules.late')}</dt>
          <dd>{t('format.rules.lateIs')}</dd>
        </dl>
      </Section>
    </div>
  );
}
