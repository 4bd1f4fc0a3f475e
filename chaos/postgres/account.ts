/**
 * What came of it: acknowledged updates against the log of events, events against what each receiver took, the order in
 * which it came, and what came twice. Pure.
 */
import type { Acknowledged } from '../writers.ts';
import { type Incident, TROUBLES } from './fleet.ts';
import type { Recovery } from './handlers.ts';
import { orderOf, said } from './order.ts';
import { PATHS, type Receipt } from './receivers.ts';

export interface Account {
  readonly acknowledged: number;
  readonly events: number;
  /** Distinct deliveries that a receiver took. */
  readonly accepted: number;
  /** Acknowledged revisions that are no event, events that a receiver never took, and what it took that is no event. */
  readonly lost: readonly string[];
  /** Requests that came before an earlier revision of their parcel had been settled. */
  readonly outOfOrder: readonly string[];
  /** Deliveries that were parked and put back, or sent by hand, and came out of turn: the promise leaves them out. */
  readonly outOfOrderApart: number;
  /** Receipts that were answered with 200 beyond the first of a delivery, by the trouble of a sender that explains it. */
  readonly duplicated: Readonly<Partial<Record<Incident['kind'] | 'byHand', number>>>;
  /** Those that nothing explains. */
  readonly unexplained: readonly string[];
}

/** An event of a parcel. */
export interface Logged {
  readonly trackingId: string;
  readonly number: string;
  readonly revision: number;
  /** Whether the webhooks are to have it: an edit is news to none of them. */
  readonly isOwed: boolean;
}

export interface Evidence {
  readonly events: readonly Logged[];
  readonly acknowledged: readonly Acknowledged[];
  /** In the order of arrival. */
  readonly receipts: readonly Receipt[];
  readonly incidents: readonly Incident[];
  readonly recoveries: readonly Recovery[];
  /** Ids of deliveries that were sent again by hand. */
  readonly byHand: ReadonlySet<string>;
  readonly leaseMs: number;
}

/** By then what was answered is written, if nothing is the matter. */
const settledMs = 5000;

export function takeAccount(evidence: Evidence): Account {
  const { events, acknowledged, receipts, incidents, byHand } = evidence;
  const lost = unknownTo(new Set(events.map(keyOf)), acknowledged);
  const owed = events.filter(({ isOwed }) => isOwed);
  const owedKeys = new Set(owed.map(keyOf));
  const owedRevisions = new Map(
    Array.from(
      Map.groupBy(owed, ({ trackingId }) => trackingId),
      ([trackingId, own]) => [trackingId, own.map(({ revision }) => revision).toSorted((a, b) => a - b)],
    ),
  );
  const outOfOrder: string[] = [];
  let outOfOrderApart = 0;
  const unexplained: string[] = [];
  const duplicated: Partial<Record<Incident['kind'] | 'byHand', number>> = {};
  let accepted = 0;
  for (const path of PATHS) {
    // Events of the sending itself are of no parcel.
    const own = receipts.filter((receipt) => receipt.path === path && receipt.number !== '');
    const taken = own.filter(isTaken);
    const first = new Map<string, Receipt>();
    const deliveries = new Map<string, Receipt>();
    for (const receipt of taken.toSorted((a, b) => (a.answered as number) - (b.answered as number))) {
      const other = first.get(keyOf(receipt));
      if (other === undefined) first.set(keyOf(receipt), receipt);
      else if (other.id !== receipt.id)
        lost.push(
          `${keyOf(receipt)}: two deliveries of it were taken by ${path}, ${other.id} and ${receipt.id}`,
        );
      const before = deliveries.get(receipt.id);
      if (before === undefined) {
        deliveries.set(receipt.id, receipt);
        continue;
      }
      const kind = byHand.has(receipt.id) ? 'byHand' : explanation(before, receipt, incidents);
      if (kind === null) unexplained.push(`${path} ${receipt.id}: ${said(before)}, then ${said(receipt)}`);
      else duplicated[kind] = (duplicated[kind] ?? 0) + 1;
    }
    accepted += deliveries.size;
    for (const key of owedKeys) if (!first.has(key)) lost.push(`${key}: an event that ${path} never took`);
    for (const key of first.keys())
      if (!owedKeys.has(key)) lost.push(`${key}: taken by ${path}, and not in the log`);
    const order = orderOf(path, { ...evidence, receipts: own, owed: owedRevisions });
    outOfOrder.push(...order.broken);
    outOfOrderApart += order.apart;
  }
  return {
    acknowledged: acknowledged.length,
    events: events.length,
    ...{ accepted, lost, outOfOrder, outOfOrderApart, duplicated, unexplained },
  };
}

/** A revision that was lost is given out again: then two updates are acknowledged as the same one. */
function unknownTo(events: ReadonlySet<string>, acknowledged: readonly Acknowledged[]): string[] {
  const seen = new Set<string>();
  const lost: string[] = [];
  for (const key of acknowledged.map(keyOf)) {
    if (!events.has(key)) lost.push(`${key}: acknowledged, and not in the log`);
    if (seen.has(key)) lost.push(`${key}: acknowledged for two updates`);
    seen.add(key);
  }
  return lost;
}

/**
 * The trouble for whose sake a delivery that was taken was sent once more: that of the first sender, before it had surely
 * written what came of it; or that of the second, while it had its request under way. Null: there is none.
 */
function explanation(
  before: Receipt,
  after: Receipt,
  incidents: readonly Incident[],
): Incident['kind'] | null {
  const meets = ({ sender, from, until }: Incident, receipt: Receipt, end: number) =>
    (sender === null || sender === receipt.sender) && from <= end && until >= receipt.begunAt;
  const writtenBy = (before.answeredAt as number) + settledMs;
  const found = new Set(
    incidents
      .filter((incident) => meets(incident, before, writtenBy) || meets(incident, after, after.arrivedAt))
      .map(({ kind }) => kind),
  );
  return TROUBLES.find((kind) => found.has(kind)) ?? null;
}

function isTaken({ answer }: Receipt): boolean {
  return answer === 200;
}

function keyOf({ number, trackingId, revision }: Omit<Logged, 'isOwed'>): string {
  return `${number} ${trackingId} ${revision}`;
}
