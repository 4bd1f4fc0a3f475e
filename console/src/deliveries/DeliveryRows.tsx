/** Rows of deliveries. Only those near the window are in the document, so a hundred thousand scroll like fifty. */
import { Text, useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Instant } from '../shell/Instant.tsx';
import { Tick } from '../shell/Tick.tsx';
import type { Delivery } from './deliveries.ts';
import { StateDot } from './StateDot.tsx';
import './deliveries.css';

/** As the style sheet has them, on a narrow and a wide screen. */
const rowHeights = { narrow: 76, wide: 52 };

interface DeliveryRowsProps {
  readonly deliveries: readonly Delivery[];
  readonly urlOf: (webhookId: string) => string;
  /** Null: they cannot be ticked. */
  readonly ticked: ReadonlySet<string> | null;
  /** @param isRange with all up to the one ticked before */
  readonly onTick: (id: string, isRange: boolean) => void;
}

export function DeliveryRows({ deliveries, urlOf, ticked, onTick }: DeliveryRowsProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const [above, setAbove] = useState(0);
  const { breakpoints } = useMantineTheme();
  const isWide = useMediaQuery(`(min-width: ${breakpoints.md})`) ?? true;
  const rowHeight = isWide ? rowHeights.wide : rowHeights.narrow;
  // With another function on every rendering, all rows would be measured anew on every one.
  const keyOf = useCallback((index: number) => deliveries[index]?.id ?? index, [deliveries]);
  const rows = useWindowVirtualizer({
    count: deliveries.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: above,
    getItemKey: keyOf,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands above the list moves with the width
  useLayoutEffect(() => {
    setAbove(list.current?.offsetTop ?? 0);
    rows.measure();
  }, [rowHeight]);
  return (
    <div ref={list} className="card">
      <ul aria-label={t('deliveries.title')} className="virtualRows" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const delivery = deliveries[index];
          if (delivery === undefined) return null;
          return (
            <li
              key={key}
              aria-setsize={-1}
              aria-posinset={index + 1}
              className="deliveryItem"
              style={{ transform: `translateY(${start - above}px)` }}
            >
              {ticked !== null && (
                <Tick
                  label={t('redeliver.tick', {
                    name: delivery.tracking_number ?? t('deliveries.operational'),
                  })}
                  isOn={ticked.has(delivery.id)}
                  onClick={(event) => onTick(delivery.id, event.shiftKey)}
                />
              )}
              <DeliveryRow delivery={delivery} url={urlOf(delivery.webhook_id)} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const DeliveryRow = memo(({ delivery, url }: { delivery: Delivery; url: string }) => {
  const { t } = useTranslation();
  const { id, state, tracking_number: number, revision, attempt_count: count } = delivery;
  return (
    <Link to="/deliveries/$id" params={{ id }} className="row delivery">
      <span className="deliveryState">
        <StateDot state={state} />
      </span>
      <span className="deliveryNumber">
        <Text span size="sm" fw={600}>
          {number ?? t('deliveries.operational')}
        </Text>
        {revision !== null && (
          <Text span size="sm" c="dimmed">
            {' '}
            {t('deliveries.revisionShort', { revision })}
          </Text>
        )}
      </span>
      <Text span size="sm" c="dimmed" title={url} className="deliveryUrl">
        {url}
      </Text>
      <span className="deliveryNext">
        {delivery.next_attempt_at === null ? (
          t('deliveries.attempts', { count })
        ) : (
          <>
            {t('deliveries.next')} <Instant at={delivery.next_attempt_at} />
          </>
        )}
      </span>
      <Text span size="sm" c="dimmed" ta="end" className="deliveryTime">
        <Instant at={delivery.created_at} />
      </Text>
    </Link>
  );
});
