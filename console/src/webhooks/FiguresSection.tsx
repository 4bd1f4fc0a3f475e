/** How one webhook has fared: its figures, and the attempts of every hour as bars and, on demand, as a table. */
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type HourSpan, hourSpans, webhookFiguresQuery } from '../figures/figures.ts';
import { HourTable } from '../figures/HourTable.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { FigureFacts } from './FigureFacts.tsx';
import { HourBars } from './HourBars.tsx';

const route = getRouteApi('/shell/webhooks/$id');

export function FiguresSection({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation();
  const { hours = 24 } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: figures, error, refetch } = useQuery(webhookFiguresQuery(webhookId, hours));
  if (error !== null && figures === undefined)
    return <Problem error={error} onRetry={() => void refetch()} />;
  if (figures === undefined) return null;
  const { by_hour: byHour } = figures;
  const used = byHour.filter(({ accepted, failed }) => accepted + failed > 0);
  return (
    <Section
      title={t('figures.title')}
      actions={
        <NativeSelect
          aria-label={t('figures.span')}
          value={String(hours)}
          onChange={(event) => {
            const chosen = Number(event.currentTarget.value) as HourSpan;
            void navigate({ search: chosen === 168 ? { hours: chosen } : {}, replace: true });
          }}
          data={hourSpans.map((span) => ({ value: String(span), label: t(`figures.span${span}`) }))}
        />
      }
    >
      <FigureFacts figures={figures} countedTo={figures.counted_to} isWhole />
      <figure className="hourChart">
        <HourBars hours={byHour} height={60} className="hourBarsLarge flips" />
        <figcaption>
          <span>{byHour[0] !== undefined && <Instant at={byHour[0].at} />}</span>
          <span className="hourKeys">
            <span className="hourKey">{t('figures.accepted')}</span>
            <span className="hourKey" data-bad>
              {t('figures.failed')}
            </span>
          </span>
          <span>{t('figures.now')}</span>
        </figcaption>
      </figure>
      {used.length > 0 && <HourTable hours={used} />}
    </Section>
  );
}
