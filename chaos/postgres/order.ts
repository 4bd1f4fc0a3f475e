/**
 * The order in which a receiver got the revisions of its parcels. Pure.
 *
 * A later revision is not sent before every earlier one that is owed is settled: taken, or parked, which the receiver has seen as
 * so many failures. That holds of a stale owner too: what it still sends was settled for it before it began. What was parked and is
 * put back goes ahead of all that waits, from the answer of that call on. Sent by hand, a delivery goes out of turn.
 */
import type { Incident } from './fleet.ts';
import type { Recovery } from './handlers.ts';
import { ATTEMPTS_MAX, type Path, type Receipt } from './receivers.ts';
import { graceMs } from './takeOver.ts';

export interface OrderEvidence {
  /** Of this path and of parcels, in the order of arrival. */
  readonly receipts: readonly Receipt[];
  /** Revisions that are owed, by tracking, ascending. */
  readonly owed: ReadonlyMap<string, readonly number[]>;
  readonly byHand: ReadonlySet<string>;
  readonly recoveries: readonly Recovery[];
  readonly incidents: readonly Incident[];
  readonly leaseMs: number;
}

export interface Order {
  readonly broken: readonly string[];
  /** Deliveries that came after a later revision since they had been parked, or before an earlier one by hand. */
  readonly apart: number;
}

export function orderOf(path: Path, evidence: OrderEvidence): Order {
  const { owed, byHand } = evidence;
  const recoveries = recoveriesByDelivery(evidence.recoveries);
  const broken: string[] = [];
  const apart = new Set<Receipt>();
  for (const [trackingId, receipts] of Map.groupBy(evidence.receipts, (one) => one.trackingId)) {
    const triesOf = Map.groupBy(receipts, ({ revision }) => revision);
    for (const [revision, own] of triesOf) {
      const [first] = own as [Receipt];
      for (const earlier of owed.get(trackingId) ?? []) {
        if (earlier >= revision) break;
        const tries = triesOf.get(earlier) ?? [];
        if (tries.some((one) => one.answer === 200 && isBefore(one, first))) continue;
        if (byHand.has(first.id)) {
          apart.add(first);
          continue;
        }
        const put = recoveries.get(tries[0]?.id ?? '')?.findLast((one) => one.answeredAt < first.begunAt);
        if (isParked(tries, first, put)) apart.add(tries[0] as Receipt);
        else if (put === undefined || !wasStopped(first, evidence))
          broken.push(
            `${path} ${first.number} ${trackingId} ${revision}: ${said(first)}, and ${earlier} ${tries.length === 0 ? 'never came before' : `was tried ${tries.map(said).join(' and ')}`}`,
          );
      }
    }
  }
  return { broken, apart: apart.size };

  /** Whether all its attempts had failed by then, counted from when it was put back. */
  function isParked(tries: readonly Receipt[], later: Receipt, put: Recovery | undefined): boolean {
    const failures = tries.filter((one) => isBefore(one, later) && one.answer !== 200);
    const since = failures.filter(({ answeredAt }) => (answeredAt as number) >= (put?.calledAt ?? 0));
    return since.length >= (ATTEMPTS_MAX[path] ?? Number.POSITIVE_INFINITY);
  }
}

function recoveriesByDelivery(recoveries: readonly Recovery[]): ReadonlyMap<string, readonly Recovery[]> {
  const found = new Map<string, Recovery[]>();
  for (const one of recoveries) {
    for (const id of one.parked) {
      const own = found.get(id);
      if (own === undefined) found.set(id, [one]);
      else own.push(one);
    }
  }
  return found;
}

/** One that was stopped may have looked at its lease just before, and does not hear that a queue is put in another order. */
function wasStopped({ sender, begunAt }: Receipt, { incidents, leaseMs }: OrderEvidence): boolean {
  return incidents.some(
    (one) =>
      one.kind === 'stopped' &&
      one.sender === sender &&
      one.from <= begunAt &&
      begunAt <= one.until + graceMs(leaseMs),
  );
}

/** Whether it was over when the other arrived. */
function isBefore({ answered }: Receipt, { arrival }: Receipt): boolean {
  return answered !== null && answered < arrival;
}

export function said({ sender, begunAt, answer, answeredAt }: Receipt): string {
  const end = answeredAt === null ? 'no answer' : `${answer} ${new Date(answeredAt).toISOString()}`;
  return `by ${sender} begun ${new Date(begunAt).toISOString()} ${end}`;
}
