/** What can be done with many deliveries at once: those that are ticked, or all that fit the filter. */
import { Button, Checkbox, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CountedWork } from '../shell/CountedWork.tsx';
import { Note } from '../shell/Note.tsx';
import type { Delivery } from './deliveries.ts';
import type { Filter } from './filter.ts';
import { fittingQuery, type Redelivered, redeliverAll, redeliverEach } from './redelivering.ts';
import { noSelection, type Selection } from './selection.ts';

/** While it goes on the rows show what becomes of them, and the server is not asked after every one. */
const renewMs = 2000;

interface SelectionBarProps {
  readonly filter: Filter;
  /** As they are loaded. */
  readonly deliveries: readonly Delivery[];
  readonly webhookIds: readonly string[];
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

export function SelectionBar({ filter, deliveries, webhookIds, selection, onSelect }: SelectionBarProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [said, setSaid] = useState<string | null>(null);
  // Made once a count: what is made later is not meant.
  const [until, setUntil] = useState(() => new Date().toISOString());
  const renewedAt = useRef(0);
  const ticked = deliveries.filter(({ id }) => selection.ids.has(id));
  const isAll = ticked.length === deliveries.length;
  const meant = { filter, webhookIds, until };

  const onStep = () => {
    if (Date.now() - renewedAt.current < renewMs) return;
    renewedAt.current = Date.now();
    void queries.invalidateQueries({ queryKey: ['deliveries', 'list'] });
  };
  const onEnd = (done: Redelivered, isWhole: boolean) => {
    const { count, accepted, failed, skipped } = done;
    const parts = [
      t('redeliver.accepted', { count: accepted }),
      ...(failed > 0 ? [t('redeliver.failed', { count: failed })] : []),
      ...(skipped > 0 ? [t('redeliver.skipped', { count: skipped })] : []),
    ];
    setSaid([t(isWhole ? 'redeliver.done' : 'redeliver.stopped', { count }), ...parts].join(' '));
    onSelect(noSelection);
    void queries.invalidateQueries({ queryKey: ['deliveries'] });
  };
  const words = {
    about: t('redeliver.about'),
    nothing: t('redeliver.nothing'),
    yes: () => t('redeliver.yes'),
    soFar: ({ count, accepted, failed }: Redelivered) => t('redeliver.soFar', { count, accepted, failed }),
    onStep,
    onEnd,
  };
  return (
    <>
      <Group justify="space-between" gap="sm">
        <Group gap="md">
          <Checkbox
            label={t('redeliver.loaded')}
            checked={isAll}
            indeterminate={!isAll && ticked.length > 0}
            onChange={() =>
              onSelect(isAll ? noSelection : { ids: new Set(deliveries.map(({ id }) => id)), last: null })
            }
          />
          {ticked.length > 0 && (
            <Text size="sm" role="status">
              {t('redeliver.selected', { count: ticked.length })}
            </Text>
          )}
        </Group>
        <Group gap="sm">
          {ticked.length > 0 && (
            <>
              <Button variant="default" onClick={() => onSelect(noSelection)}>
                {t('redeliver.clear')}
              </Button>
              <CountedWork
                {...words}
                label={t('redeliver.startSelected', { count: ticked.length })}
                title={(counted) => t('redeliver.title', { count: counted?.count ?? ticked.length })}
                counting={{
                  queryKey: ['selected', ticked.length],
                  queryFn: async () => ({ count: ticked.length, isMore: false }),
                  initialData: { count: ticked.length, isMore: false },
                }}
                begin={() => redeliverEach(ticked)}
              />
            </>
          )}
          <CountedWork
            {...words}
            label={t('redeliver.startAll')}
            title={(counted) =>
              counted === null
                ? t('redeliver.titleAll')
                : t(counted.isMore ? 'redeliver.titleMore' : 'redeliver.title', { count: counted.count })
            }
            counting={fittingQuery(meant)}
            begin={() => redeliverAll(meant)}
            onOpen={() => setUntil(new Date().toISOString())}
          />
        </Group>
      </Group>
      {said !== null && (
        <Note role="status" withCloseButton closeButtonLabel={t('close')} onClose={() => setSaid(null)}>
          {said}
        </Note>
      )}
    </>
  );
}
