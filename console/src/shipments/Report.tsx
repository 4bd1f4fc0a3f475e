/** What became of every row, by outcome, with the server's words for what it refused; to be taken along as a file. */
import { Button, Group, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dot, type Tone } from '../shell/Dot.tsx';
import { download } from '../shell/download.ts';
import { useFormat } from '../shell/format.ts';
import { AnchorLink, ButtonLink } from '../shell/links.tsx';
import { Section } from '../shell/Section.tsx';
import { countsOf, csvOf, type Line, type Outcome, outcomes } from './report.ts';

const rowHeight = 44;
const tones: Readonly<Record<Outcome, Tone>> = {
  created: 'good',
  updated: 'good',
  unchanged: 'rest',
  refused: 'bad',
  notSent: 'wait',
};

interface ReportProps {
  readonly lines: readonly Line[];
  readonly isHalted: boolean;
  readonly onAgain: () => void;
}

export function Report({ lines, isHalted, onAgain }: ReportProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useMemo(() => countsOf(lines), [lines]);
  const [only, setOnly] = useState<Outcome | null>(null);
  const shown = useMemo(
    () => (only === null ? lines : lines.filter((line) => line.outcome === only)),
    [lines, only],
  );
  const save = () => {
    const head = ['row', 'tracking_number', 'outcome', 'tracking_id', 'message'];
    const cells = shown.map((line) => [
      String(line.row),
      line.number,
      line.outcome,
      line.trackingId ?? '',
      line.message,
    ]);
    download('waybell-report.csv', csvOf(head, cells), 'text/csv');
  };
  const filters = [null, ...outcomes.filter((outcome) => counts[outcome] > 0)];
  return (
    <Section
      title={t('report.title')}
      about={t(isHalted ? 'report.halted' : 'report.about')}
      actions={
        <Group gap="sm">
          <Button variant="default" onClick={save}>
            {t('report.download')}
          </Button>
          <Button variant="default" onClick={onAgain}>
            {t('report.again')}
          </Button>
          <ButtonLink to="/shipments" search={{}}>
            {t('report.toList')}
          </ButtonLink>
        </Group>
      }
    >
      <Group gap="xs" role="group" aria-label={t('report.filter')}>
        {filters.map((outcome) => (
          <button
            key={outcome ?? 'all'}
            type="button"
            className="chip"
            aria-pressed={outcome === only}
            onClick={() => setOnly(outcome)}
          >
            {t(outcome === null ? 'report.all' : `report.${outcome}`)}
            <span className="tabCount">
              {format.number(outcome === null ? lines.length : counts[outcome])}
            </span>
          </button>
        ))}
      </Group>
      {/* Another filter begins at its top. */}
      <Lines key={only ?? 'all'} lines={shown} />
    </Section>
  );
}

function Lines({ lines }: { lines: readonly Line[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section ref={box} className="reportBox" tabIndex={0} aria-label={t('report.lines')}>
      <ul className="virtualRows" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              aria-setsize={lines.length}
              aria-posinset={index + 1}
              className="reportLine"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Text span size="sm" c="dimmed">
                {t('report.row', { row: format.number(line.row) })}
              </Text>
              <span className="clip">
                {line.trackingId === null ? (
                  <Text span size="sm">
                    <bdi>{line.number || '—'}</bdi>
                  </Text>
                ) : (
                  <AnchorLink to="/shipments/$id" params={{ id: line.trackingId }} preload={false} size="sm">
                    {line.number}
                  </AnchorLink>
                )}
              </span>
              <Dot tone={tones[line.outcome]}>{t(`report.${line.outcome}`)}</Dot>
              <Text span size="sm" c="dimmed" className="reportWords">
                {line.message}
              </Text>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
