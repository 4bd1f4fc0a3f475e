/**
 * What a process still began on a shard after another had begun there, while it was cut off from the database, or within a
 * round of being woken. One that was cut off can have taken no shard back by then: its lease forbids it. One that was stopped
 * may have looked at its lease just before, or have found the shard free again if the other came to grief as well. Pure.
 */
import type { Incident } from './fleet.ts';
import type { Receipt } from './receivers.ts';
import { byShard, graceMs } from './takeOver.ts';

export interface StaleBegin {
  readonly kind: Incident['kind'];
  readonly shard: number;
  readonly receipt: Receipt;
}

export interface StaleEvidence {
  readonly receipts: readonly Receipt[];
  /** Any process sends these, whosever the shard is. */
  readonly byHand: ReadonlySet<string>;
  readonly incidents: readonly Incident[];
  readonly leaseMs: number;
}

export function staleBegins({ receipts, byHand, incidents, leaseMs }: StaleEvidence): StaleBegin[] {
  const shards = byShard(receipts.filter(({ id }) => !byHand.has(id)));
  return incidents
    .filter(({ kind }) => kind === 'stopped' || kind === 'partitioned')
    .flatMap(({ kind, sender, from, until }) =>
      [...shards].flatMap(([shard, requests]) => {
        const end = kind === 'stopped' ? until + graceMs(leaseMs) : until;
        const during = requests.filter(({ begunAt }) => begunAt >= from && begunAt < end);
        const others = during.filter((receipt) => receipt.sender !== sender);
        const since = Math.min(...others.map(({ begunAt }) => begunAt));
        return during
          .filter((receipt) => receipt.sender === sender && receipt.begunAt > since)
          .map((receipt) => ({ kind, shard, receipt }));
      }),
    );
}
