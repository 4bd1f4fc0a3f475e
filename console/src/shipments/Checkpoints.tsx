/** The checkpoints of both couriers on one line of time, newest first, as they were reported; raw values on demand. */
import { Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { regional } from '../i18n/languages.ts';
import { Section } from '../shell/Section.tsx';
import { StatusMark } from './StatusMark.tsx';
import type { Checkpoint, Shipment } from './shipments.ts';
import { byDay, makeWallFormat, readWallTime } from './wallTime.ts';

export function Checkpoints({ shipment, nameOf }: { shipment: Shipment; nameOf: (code: string) => string }) {
  const { t, i18n } = useTranslation();
  const { checkpoints = [], courier_code: origin, destination_courier_code: destination } = shipment;
  const format = useMemo(() => makeWallFormat(regional(i18n.language)), [i18n.language]);
  const hasBoth = destination !== null || checkpoints.some(({ side }) => side === 'destination');
  const couriers = { origin, destination };
  const sideOf = ({ side }: Checkpoint) => {
    const code = couriers[side];
    return code === null ? t(`checkpoints.${side}`) : t(`checkpoints.${side}By`, { name: nameOf(code) });
  };
  return (
    <Section title={t('checkpoints.title')} about={t('checkpoints.about')}>
      {checkpoints.length === 0 ? (
        <Text c="dimmed">{t('checkpoints.none')}</Text>
      ) : (
        byDay(checkpoints).map(({ day, ones }) => (
          <div key={`${day} ${ones[0]?.revision} ${ones[0]?.time}`}>
            <Title order={3} size="sm" className="day">
              {format.day(day)}
            </Title>
            <ol className="plainList">
              {ones.map((checkpoint) => (
                <li key={keyOf(checkpoint)} className="checkpoint" data-side={checkpoint.side}>
                  <OneCheckpoint
                    checkpoint={checkpoint}
                    side={hasBoth ? sideOf(checkpoint) : null}
                    timeOf={format.time}
                  />
                </li>
              ))}
            </ol>
          </div>
        ))
      )}
    </Section>
  );
}

interface OneCheckpointProps {
  readonly checkpoint: Checkpoint;
  /** Null where there is one courier only. */
  readonly side: string | null;
  readonly timeOf: (time: string) => string;
}

function OneCheckpoint({ checkpoint, side, timeOf }: OneCheckpointProps) {
  const { t } = useTranslation();
  const wall = readWallTime(checkpoint.time);
  return (
    <>
      <time dateTime={checkpoint.time} className="checkpointTime">
        {wall === null || wall.time === null ? t('checkpoints.noTime') : timeOf(wall.time)}
        {wall?.offset != null && (
          <Text span size="xs" c="dimmed" className="offset">
            {wall.offset}
          </Text>
        )}
      </time>
      <div className="checkpointBody">
        {/* In whatever language the courier wrote it. */}
        <Text lang="" dir="auto" className="checkpointText">
          {checkpoint.description}
        </Text>
        <div className="checkpointFacts">
          <StatusMark status={checkpoint.status} isShort />
          {checkpoint.location !== null && (
            <Text span size="sm" c="dimmed" lang="" dir="auto">
              {checkpoint.location}
            </Text>
          )}
          {side !== null && (
            <Text span size="sm" c="dimmed">
              {side}
            </Text>
          )}
        </div>
        {checkpoint.ahead && (
          <Text size="sm" c="dimmed">
            {t('checkpoints.ahead')}
          </Text>
        )}
        <details className="raw">
          <summary>{t('checkpoints.raw')}</summary>
          <Raw checkpoint={checkpoint} />
        </details>
      </div>
    </>
  );
}

function Raw({ checkpoint }: { checkpoint: Checkpoint }) {
  const { t } = useTranslation();
  const facts = [
    ['time', checkpoint.time],
    ['reported', `${checkpoint.status} · ${checkpoint.substatus}`],
    ['code', checkpoint.code],
    ['source', checkpoint.source],
    ['id', checkpoint.id],
    ['version', checkpoint.id === null ? null : String(checkpoint.version)],
    ['revision', String(checkpoint.revision)],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name} className="rawFact">
            <dt>{t(`checkpoints.rawOf.${name}`)}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** By what the server tells checkpoints apart. */
function keyOf({ side, id, time, description, location }: Checkpoint): string {
  return JSON.stringify([side, id, time, description, location]);
}
