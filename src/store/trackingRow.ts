/** A tracking as a row: its columns, and the document with the rest. */
import { dayMs } from '../base/durations.ts';
import { shardOf } from '../base/id.ts';
import type { Status, Substatus } from '../domain/status.ts';
import { mayExpire, type Tracking } from '../domain/tracking.ts';
import type { TrackingRow } from './records.ts';
import { termsOf } from './terms.ts';
import { decodeTracking, encodeTracking } from './trackingDocument.ts';

export function rowOfTracking(tracking: Tracking, now: number): TrackingRow {
  return [
    tracking.accountId,
    tracking.id,
    tracking.number,
    tracking.courierCode,
    tracking.generation,
    shardOf(tracking.id),
    tracking.revision,
    tracking.state.status,
    tracking.state.substatus,
    Number(tracking.archived),
    tracking.createdAt,
    tracking.updatedAt,
    tracking.deletedAt,
    expireDay(tracking),
    tracking.pollAt,
    tracking.lastEventId,
    encodeTracking(tracking),
    tracking.writes,
    termsOf(tracking, now),
  ];
}

export function trackingOf(row: TrackingRow): Tracking {
  const [accountId, id, number, courierCode, generation, , revision, status, substatus, archived] = row;
  const [, , , , , , , , , , createdAt, updatedAt, deletedAt, , pollAt, lastEventId, document, writes] = row;
  return decodeTracking(
    {
      id: id as Tracking['id'],
      accountId: accountId as Tracking['accountId'],
      number,
      courierCode,
      generation,
      revision,
      writes,
      state: { status: status as Status, substatus: substatus as Substatus },
      archived: archived === 1,
      deletedAt,
      pollAt,
      lastEventId: lastEventId as Tracking['lastEventId'],
      createdAt,
      updatedAt,
    },
    document,
  );
}

/**
 * The day of the last news, for trackings that may yet expire: a whole day, so that the index changes at most once a
 * day and parcel.
 */
function expireDay(tracking: Tracking): number | null {
  return mayExpire(tracking) ? Math.floor(tracking.newsAt / dayMs) : null;
}
