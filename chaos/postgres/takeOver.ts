/**
 * How long the shards of a process stood still that was killed, stopped or cut off: for each, from that moment to the first
 * request of another process to the steady receiver. Pure.
 *
 * An incident in the middle of which something else happened is left out: that may be what held it up.
 */
import { shardOf } from '../../src/base/id.ts';
import type { Acknowledged } from '../writers.ts';
import type { Incident, Kind } from './fleet.ts';
import type { Receipt } from './receivers.ts';

export const TIMED = ['killed', 'vanished', 'stopped', 'partitioned', 'left'] as const;

export interface TakeOver {
  readonly kind: Kind;
  readonly sender: string;
  readonly shard: number;
  /** From the moment, or from when the first delivery was acknowledged where that is later. */
  readonly ms: number;
}

export interface TakeOverEvidence {
  readonly acknowledged: readonly Acknowledged[];
  readonly receipts: readonly Receipt[];
  readonly incidents: readonly Incident[];
  readonly leaseMs: number;
}

/** A shard that its owner sent nothing of for so long may have been another's already. */
const ownedMs = 15_000;
/** From the end of a lease to what is sent under the next: the time between two rounds of a process. */
export const graceMs = (leaseMs: number) => leaseMs / 10;

export function takeOvers({ acknowledged, receipts, incidents, leaseMs }: TakeOverEvidence): TakeOver[] {
  const reported = new Map(
    acknowledged.map(({ trackingId, revision, at }) => [`${trackingId} ${revision}`, at]),
  );
  const shards = byShard(receipts.filter(({ path }) => path === '/steady'));
  const timed = incidents.filter(
    (one) =>
      TIMED.some((kind) => kind === one.kind) &&
      incidents.every(
        (other) => other === one || !meets(other, one.from, one.from + leaseMs + graceMs(leaseMs)),
      ),
  );
  return timed.flatMap(({ kind, sender, from }) =>
    [...shards].flatMap(([shard, requests]): TakeOver[] => {
      const last = requests.findLast(({ begunAt }) => begunAt < from);
      if (sender === null || last?.sender !== sender || last.begunAt < from - ownedMs) return [];
      const first = requests.find((request) => request.begunAt >= from && request.sender !== sender);
      // Nothing was owed there any more: had it been, it would be lost.
      if (first === undefined) return [];
      const at = reported.get(`${first.trackingId} ${first.revision}`) ?? from;
      return [{ kind, sender, shard, ms: Math.max(0, first.begunAt - Math.max(from, at)) }];
    }),
  );
}

/** Requests about parcels, by the shard of the parcel. */
export function byShard(receipts: readonly Receipt[]): ReadonlyMap<number, readonly Receipt[]> {
  return Map.groupBy(
    receipts.filter(({ trackingId }) => trackingId !== ''),
    ({ trackingId }) => shardOf(trackingId),
  );
}

function meets({ from, until }: Incident, begin: number, end: number): boolean {
  return from <= end && until >= begin;
}
