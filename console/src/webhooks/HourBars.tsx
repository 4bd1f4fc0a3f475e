/**
 * Attempts by the hour as bars, those that failed on top of those that were accepted. What the bars show is said in a sentence
 * for whoever cannot see them. Failed ones are told by their place too, not by
 * the colour alone.
 */
import { useTranslation } from 'react-i18next';
import type { FiguresHour } from '../../../src/sdk/overview.ts';
import { worstHour } from '../figures/figures.ts';
import { useFormat } from '../shell/format.ts';
import './webhooks.css';

interface HourBarsProps {
  readonly hours: readonly FiguresHour[];
  /** In units of the drawing, which is stretched to its place. */
  readonly height: number;
  readonly className: string;
}

const barWidth = 6;
/** What is there is seen, however little it is beside the most. */
const heightMin = 1.5;

export function HourBars({ hours, height, className }: HourBarsProps) {
  const label = useBarsSentence(hours);
  const format = useFormat();
  const most = Math.max(1, ...hours.map(({ accepted, failed }) => accepted + failed));
  const scaled = (count: number) => (count === 0 ? 0 : Math.max(heightMin, (count * (height - 2)) / most));
  return (
    <svg
      className={className}
      viewBox={`0 0 ${Math.max(1, hours.length) * barWidth} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {hours.map(({ at, accepted, failed }, index) => {
        const [good, bad] = [scaled(accepted), scaled(failed)];
        const above = Math.min(height, good + bad);
        return (
          <g key={at}>
            <title>{`${format.instant(at)}: ${format.number(accepted)} / ${format.number(failed)}`}</title>
            <rect x={index * barWidth} y={0} width={barWidth} height={height} className="hourGround" />
            {accepted + failed === 0 && (
              <rect
                x={index * barWidth + 1}
                y={height - 0.75}
                width={barWidth - 2}
                height={0.75}
                className="hourNone"
              />
            )}
            <rect
              x={index * barWidth + 1}
              y={height - good}
              width={barWidth - 2}
              height={good}
              className="hourGood"
            />
            <rect
              x={index * barWidth + 1}
              y={height - above}
              width={barWidth - 2}
              height={above - good}
              className="hourBad"
            />
          </g>
        );
      })}
    </svg>
  );
}

function useBarsSentence(hours: readonly FiguresHour[]): string {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = (name: 'accepted' | 'failed') => hours.reduce((all, hour) => all + hour[name], 0);
  const [accepted, failed] = [sum('accepted'), sum('failed')];
  if (accepted + failed === 0) return t('figures.barsNone', { count: hours.length });
  const worst = worstHour(hours);
  const said = { hours: hours.length, accepted, failed };
  if (worst === null) return t('figures.barsGood', said);
  return t('figures.bars', { ...said, most: worst.failed, time: format.instant(worst.at) });
}
