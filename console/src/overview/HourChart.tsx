/**
 * Attempts of each hour, stacked: those that failed are hatched as well as of another colour. It is drawn here rather than by a
 * library, the smallest of which would take the first page past what a first load may weigh. It does not move, and the table
 * below it says the same, so it is one picture to whoever reads by ear.
 */
import { useElementSize } from '@mantine/hooks';
import { type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FiguresHour } from '../../../src/sdk/overview.ts';
import { useFormat } from '../shell/format.ts';
import { hourMarks, scaleOf } from './scale.ts';

const height = 230;
/** Around what is drawn: the numbers before it, the times below. */
const [before, below, above] = [48, 24, 8];
const inner = height - below - above;
/** Half of what the widest time takes. */
const edge = 40;

export function HourChart({ hours }: { hours: readonly FiguresHour[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<number | null>(null);
  const { top, marks } = scaleOf(Math.max(...hours.map(({ accepted, failed }) => accepted + failed)));
  const step = Math.max(0, width - before) / hours.length;
  const gap = step > 6 ? step * 0.18 : Math.min(1, step / 4);
  const y = (value: number) => above + inner - (value / top) * inner;
  const point = (event: MouseEvent) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor((event.clientX - left - before) / step);
    setPointed(index >= 0 && index < hours.length ? index : null);
  };
  const hour = pointed === null ? undefined : hours[pointed];
  return (
    // Time runs one way in it, whatever the language.
    <div ref={ref} className="chart" dir="ltr">
      {width > 0 && (
        <svg
          role="img"
          aria-label={t('overview.chart')}
          width={width}
          height={height}
          onMouseMove={point}
          onMouseLeave={() => setPointed(null)}
        >
          <defs>
            <pattern
              id="hatched"
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="5" height="5" fill="var(--waybell-bad)" />
              <line y2="5" stroke="var(--mantine-color-body)" strokeWidth="2" />
            </pattern>
          </defs>
          {marks.map((mark) => (
            <g key={mark}>
              <line x1={before} x2={width} y1={y(mark)} y2={y(mark)} stroke="var(--waybell-line)" />
              <text x={before - 8} y={y(mark) + 4} textAnchor="end">
                {format.number(mark)}
              </text>
            </g>
          ))}
          {hourMarks({ count: hours.length, width: width - before }).map(({ index, isDay }) => {
            const x = before + (index + 0.5) * step;
            const isAtEdge = x > width - edge;
            return (
              <text
                key={index}
                x={isAtEdge ? width : x}
                y={height - 6}
                textAnchor={isAtEdge ? 'end' : 'middle'}
              >
                {format.hour(hours[index]?.at as string, isDay ? 'day' : 'short')}
              </text>
            );
          })}
          {pointed !== null && (
            <rect className="pointed" x={before + pointed * step} y={above} width={step} height={inner} />
          )}
          {hours.map(({ at, accepted, failed }, index) => {
            const place = { x: before + index * step + gap / 2, width: step - gap };
            return (
              <g key={at}>
                <rect {...place} y={y(accepted)} height={y(0) - y(accepted)} fill="var(--waybell-good)" />
                <rect
                  {...place}
                  y={y(accepted + failed)}
                  height={y(accepted) - y(accepted + failed)}
                  fill="url(#hatched)"
                />
              </g>
            );
          })}
        </svg>
      )}
      {hour !== undefined && (
        <div className="card chartTip" data-late={(pointed ?? 0) > hours.length / 2 || undefined}>
          <strong>{format.hour(hour.at, 'long')}</strong>
          <br />
          {t('overview.accepted', { count: hour.accepted })}
          <br />
          {t('overview.failed', { count: hour.failed })}
        </div>
      )}
    </div>
  );
}
