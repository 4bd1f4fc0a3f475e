/**
 * Rows of shipments. Only those near the window are in the document, so a hundred thousand scroll like fifty. Arrow keys go
 * from row to row, the space bar chooses, and with the shift key held a click chooses all from the last one to this.
 */
import { useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Instant } from '../shell/Instant.tsx';
import { Tick } from '../shell/Tick.tsx';
import { AttentionMark, StatusMark } from './StatusMark.tsx';
import type { Listed } from './shipments.ts';

/** As the style sheet has them, on a narrow and a wide screen. */
const rowHeights = { narrow: 104, wide: 60 };
/** From the end, in rows, at which the next page is asked for. */
const nearEnd = 60;

type Chosen = ReadonlyMap<string, Listed>;

interface ShipmentRowsProps {
  readonly shipments: readonly Listed[];
  readonly nameOf: (courierCode: string) => string;
  /** Null: nothing can be chosen. */
  readonly chosen: Chosen | null;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onNearEnd: () => void;
}

export function ShipmentRows({ shipments, nameOf, chosen, onChoose, onNearEnd }: ShipmentRowsProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const last = useRef<number | null>(null);
  const [above, setAbove] = useState(0);
  const { breakpoints } = useMantineTheme();
  const isWide = useMediaQuery(`(min-width: ${breakpoints.md})`) ?? true;
  const rowHeight = isWide ? rowHeights.wide : rowHeights.narrow;
  // With another function on every rendering, all rows would be measured anew on every one.
  const keyOf = useCallback((index: number) => shipments[index]?.id ?? index, [shipments]);
  const rows = useWindowVirtualizer({
    count: shipments.length,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: above,
    getItemKey: keyOf,
  });
  // What stands above the list comes and goes: reasons, views, what is chosen.
  useLayoutEffect(() => {
    const top = list.current?.offsetTop ?? 0;
    if (top !== above) setAbove(top);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have another height on another width
  useLayoutEffect(() => rows.measure(), [rowHeight]);
  const items = rows.getVirtualItems();
  const end = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (end >= shipments.length - nearEnd) onNearEnd();
  }, [end, shipments.length, onNearEnd]);

  const choose = (index: number, isRange: boolean) => {
    const shipment = shipments[index];
    if (chosen === null || shipment === undefined) return;
    const next = new Map(chosen);
    const from = isRange && last.current !== null ? last.current : index;
    const isOn = !chosen.has(shipment.id);
    for (const one of shipments.slice(Math.min(from, index), Math.max(from, index) + 1)) {
      if (isOn) next.set(one.id, one);
      else next.delete(one.id);
    }
    last.current = index;
    onChoose(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    const index = Number(row?.dataset.index ?? -1);
    if (index < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const isLink = event.target instanceof HTMLAnchorElement;
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: shipments.length - 1 }[event.key];
    if (event.key === ' ' && isLink && chosen !== null) {
      event.preventDefault();
      choose(index, event.shiftKey);
    } else if (event.key === 'Escape' && chosen !== null && chosen.size > 0) onChoose(new Map());
    else if (to !== undefined && shipments[to] !== undefined) {
      event.preventDefault();
      rows.scrollToIndex(to);
      focusRow(list.current, to);
    }
  };
  return (
    <div ref={list} className="card">
      <ul
        aria-label={t('shipments.title')}
        className="virtualRows"
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {items.map(({ index, key, start }) => {
          const shipment = shipments[index];
          if (shipment === undefined) return null;
          return (
            <li
              key={key}
              data-index={index}
              aria-setsize={-1}
              aria-posinset={index + 1}
              className="shipmentItem"
              data-chosen={chosen?.has(shipment.id) || undefined}
              style={{ transform: `translateY(${start - above}px)` }}
            >
              {chosen !== null && (
                <Tick
                  label={t('shipments.choose', { number: shipment.tracking_number })}
                  isOn={chosen.has(shipment.id)}
                  onClick={(event) => choose(index, event.shiftKey)}
                />
              )}
              <ShipmentRow shipment={shipment} nameOf={nameOf} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** It is in the document a moment after it was scrolled to. */
function focusRow(list: HTMLElement | null, index: number, triesLeft = 10): void {
  requestAnimationFrame(() => {
    const link = list?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
    if (link) link.focus({ preventScroll: true });
    else if (triesLeft > 0) focusRow(list, index, triesLeft - 1);
  });
}

interface ShipmentRowProps {
  readonly shipment: Listed;
  readonly nameOf: (courierCode: string) => string;
}

const ShipmentRow = memo(function ShipmentRow({ shipment, nameOf }: ShipmentRowProps) {
  const { t } = useTranslation();
  const { id, tracking_number: number, courier_code: courier, latest } = shipment;
  const about = [shipment.title, shipment.order_number ?? shipment.order_id, shipment.customer_name];
  return (
    <Link to="/shipments/$id" params={{ id }} preload={false} className="row shipment">
      <span className="shipmentState">
        <StatusMark status={shipment.status} isShort />
        <AttentionMark attention={shipment.attention} />
      </span>
      <span className="shipmentNumber">
        <span className="clip strong">{number}</span>
        <span className="clip dim">{courier === null ? t('shipments.unknownCourier') : nameOf(courier)}</span>
      </span>
      <span dir="auto" className="shipmentAbout clip">
        {about.filter(Boolean).join(' · ')}
      </span>
      <span className="shipmentLatest">
        {latest === null ? (
          <span className="clip dim">{t('shipments.noNews')}</span>
        ) : (
          <>
            <span dir="auto" className="clip">
              {latest.description}
            </span>
            <span dir="auto" className="clip dim">
              {latest.location}
            </span>
          </>
        )}
      </span>
      <span className="shipmentTime clip dim">
        <Instant at={shipment.updated_at} />
      </span>
    </Link>
  );
});
