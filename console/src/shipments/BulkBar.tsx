/** What is chosen of the list, and what can be done with all of it: after a second yes, with progress, and a word on each that was refused. */
import { Button, Checkbox, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shell/Dialog.tsx';
import { doMany, type Refused } from './many.ts';
import { act, type Listed, remove, useOutdate } from './shipments.ts';

type Deed = 'archive' | 'unarchive' | 'stop' | 'delete';
type Chosen = ReadonlyMap<string, Listed>;

/** Shown by name; the others are counted. */
const refusedShownMax = 50;

interface BulkBarProps {
  readonly chosen: Chosen;
  readonly shipments: readonly Listed[];
  readonly isArchive: boolean;
  readonly onChoose: (chosen: Chosen) => void;
}

export function BulkBar({ chosen, shipments, isArchive, onChoose }: BulkBarProps) {
  const { t } = useTranslation();
  const [deed, setDeed] = useState<Deed | null>(null);
  const deeds: readonly Deed[] = [isArchive ? 'unarchive' : 'archive', 'stop', 'delete'];
  const isAll = chosen.size > 0 && chosen.size >= shipments.length;
  return (
    <Group gap="sm" className="bulk" mih={36} role="group" aria-label={t('bulk.title')}>
      <Checkbox
        label={chosen.size === 0 ? t('bulk.all') : t('bulk.chosen', { count: chosen.size })}
        checked={isAll}
        indeterminate={chosen.size > 0 && !isAll}
        onChange={() =>
          onChoose(chosen.size > 0 ? new Map() : new Map(shipments.map((one) => [one.id, one])))
        }
      />
      {chosen.size > 0 &&
        deeds.map((one) => (
          <Button key={one} variant="default" size="xs" onClick={() => setDeed(one)}>
            {t(`shipment.${one}`)}
          </Button>
        ))}
      {deed !== null && (
        <Do
          deed={deed}
          chosen={chosen}
          onClose={(isDone) => {
            setDeed(null);
            if (isDone) onChoose(new Map());
          }}
        />
      )}
    </Group>
  );
}

interface DoProps {
  readonly deed: Deed;
  readonly chosen: Chosen;
  readonly onClose: (isDone: boolean) => void;
}

function Do({ deed, chosen, onClose }: DoProps) {
  const { t } = useTranslation();
  const outdate = useOutdate();
  /** Of the moment it was opened: the list goes on renewing itself behind it. */
  const [items] = useState(() => [...chosen.values()]);
  const [done, setDone] = useState<number | null>(null);
  const [refused, setRefused] = useState<readonly Refused<Listed>[] | null>(null);
  const stopping = useRef(new AbortController());
  useEffect(() => () => stopping.current.abort(), []);
  const count = items.length;
  const start = async () => {
    stopping.current = new AbortController();
    setDone(0);
    const run = ({ id }: Listed) => (deed === 'delete' ? remove(id) : act(id, deed));
    const faults = await doMany({ items, run, signal: stopping.current.signal, onDone: setDone });
    setRefused(faults);
    await outdate();
    if (faults.length === 0) onClose(true);
  };
  const isRunning = done !== null && refused === null;
  return (
    <Dialog
      opened
      onClose={() => onClose(done !== null)}
      title={t(`bulk.${deed}Title`, { count })}
      closeOnClickOutside={!isRunning}
      closeOnEscape={!isRunning}
      withCloseButton={!isRunning}
    >
      <Stack>
        {done === null && <Text>{t(`bulk.${deed}About`)}</Text>}
        {isRunning && (
          <div role="status">
            <Progress value={(100 * done) / count} aria-label={t('bulk.progress')} mb="xs" />
            <Text size="sm">{t('bulk.progressOf', { done, count })}</Text>
          </div>
        )}
        {refused !== null && refused.length > 0 && (
          <div role="alert">
            <Text fw={600}>{t('bulk.refused', { count: refused.length })}</Text>
            <ul className="refusedList">
              {refused.slice(0, refusedShownMax).map(({ item, message }) => (
                <li key={item.id}>
                  <b>{item.tracking_number}</b>: {message}
                </li>
              ))}
            </ul>
          </div>
        )}
        <Group justify="flex-end">
          {done === null ? (
            <>
              <Button variant="default" onClick={() => onClose(false)}>
                {t('cancel')}
              </Button>
              <Button color={deed === 'delete' ? 'red' : 'indigo'} onClick={() => void start()}>
                {t(`shipment.${deed}`)}
              </Button>
            </>
          ) : isRunning ? (
            <Button variant="default" onClick={() => stopping.current.abort()}>
              {t('bulk.halt')}
            </Button>
          ) : (
            <Button onClick={() => onClose(true)}>{t('close')}</Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}
