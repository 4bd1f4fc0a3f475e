/** The figures of one webhook in a few words each. What is counted no further than to a bound says so. */
import { useTranslation } from 'react-i18next';
import type { WebhookFigures } from '../../../src/sdk/overview.ts';
import { Figure } from '../figures/Figure.tsx';
import { useFormat } from '../shell/format.ts';
import { Instant } from '../shell/Instant.tsx';

interface FigureFactsProps {
  readonly figures: WebhookFigures;
  readonly countedTo: number;
  /** Also those that say nothing at a glance. */
  readonly isWhole?: boolean;
}

export function FigureFacts({ figures, countedTo, isWhole = false }: FigureFactsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { success_rate: rate, p95_ms: p95, waiting, parked, next_attempt_at: nextAt } = figures;
  const counted = (count: number) => (count >= countedTo ? format.atLeast(count) : format.number(count));
  return (
    <dl className="figures">
      <Figure name={t('figures.successRate')} isBad={rate !== null && rate < 0.9}>
        {rate === null ? '—' : format.percent(rate)}
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
