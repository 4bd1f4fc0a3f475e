/** The figures of one webhook in a few words each. What is counted no further than to a bound says so. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookFigures } from '../../../src/sdk/overview.ts';
import { useFormat } from '../i18n/format.ts';
import { Instant } from '../shell/Instant.tsx';

interface FigureFactsProps {
  readonly figures: WebhookFigures;
  readonly countedTo: number;
  /** Also those that say nothing at a glance. */
  readonly isWhole?: boolean;
}

export function FigureFacts({ figures, countedTo, isWhole = false }: FigureFactsProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  const { success_rate: rate, p95_ms: p95, waiting, parked, next_attempt_at: nextAt } = figures;
  const counted = (count: number) =>
    count >= countedTo ? t('figures.orMore', { count: format.number(count) }) : format.number(count);
  // Not rounded up to all, as long as one has failed.
  const shownRate = rate === null ? null : rate < 1 ? Math.min(rate, 0.999) : rate;
  return (
    <dl className="figures">
      <Figure name={t('figures.successRate')} isBad={rate !== null && rate < 0.9}>
        {shownRate === null ? '—' : percent.format(shownRate)}
      </Figure>
      <Figure name={t('figures.p95')}>{p95 === null ? '—' : format.milliseconds(p95)}</Figure>
      <Figure name={t('state.waiting')}>{counted(waiting)}</Figure>
      <Figure name={t('state.parked')} isBad={parked > 0}>
        {counted(parked)}
      </Figure>
      {(isWhole || nextAt !== null) && (
        <Figure name={t('figures.next')}>{nextAt === null ? '—' : <Instant at={nextAt} />}</Figure>
      )}
      {isWhole && figures.oldest_waiting_at !== null && (
        <Figure name={t('figures.oldest')}>
          <Instant at={figures.oldest_waiting_at} />
        </Figure>
      )}
      {isWhole && (
        <Figure name={t('figures.attempts')}>{format.number(figures.accepted + figures.failed)}</Figure>
      )}
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, isBad = false, children }: FigureProps) {
  return (
    <div className="figure" data-bad={isBad || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
