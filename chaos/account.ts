/** What came of it: acknowledged updates against the log of events, and events against what the receivers got. */
import type { ChildServer } from '../test/support/childServer.ts';
import type { Heard } from '../test/support/scriptedReceiver.ts';
import type { Acknowledged } from './writers.ts';

export interface Account {
  readonly acknowledged: number;
  readonly events: number;
  /** Distinct deliveries that a receiver answered with 200. */
  readonly accepted: number;
  /** Acknowledged revisions that are no event, and events that a webhook neither accepted nor visibly has. */
  readonly lost: readonly string[];
  /** Receipts answered with 200 beyond the first of a delivery. */
  readonly duplicated: number;
  /** First receipts with a revision below one received before, of the same parcel and webhook. */
  readonly outOfOrder: readonly string[];
  /** The same of deliveries that were parked and recovered, or sent again by hand: the promise leaves them out. */
  readonly outOfOrderApart: number;
  /** Still parked at the end: visibly kept. */
  readonly parked: number;
}

export interface Evidence {
  readonly server: ChildServer;
  readonly acknowledged: readonly Acknowledged[];
  /** By webhook id, in the order of arrival. */
  readonly heard: ReadonlyMap<string, readonly Heard[]>;
  /** Ids of deliveries that were recovered or sent again by hand. */
  readonly apart: ReadonlySet<string>;
}

export async function takeAccount({ server, acknowledged, heard, apart }: Evidence): Promise<Account> {
  const events = new Set<string>();
  // Events of the sending itself are of no parcel.
  for await (const event of listed(server, '/events?'))
    if (event.tracking_number !== undefined) events.add(`${event.tracking_number} ${event.revision}`);
  const lost = acknowledged
    .map(({ number, revision }) => `${number} ${revision}`)
    .filter((key) => !events.has(key))
    .map((key) => `${key}: acknowledged, and not in the log`);
  const outOfOrder: string[] = [];
  let accepted = 0;
  let duplicated = 0;
  let outOfOrderApart = 0;
  let parked = 0;
  for (const [webhookId, receipts] of heard) {
    const good = receipts.filter(({ answer }) => answer === 200);
    const got = new Set(good.map(({ number, revision }) => `${number} ${revision}`));
    const ids = new Set(good.map(({ id }) => id));
    accepted += ids.size;
    duplicated += good.length - ids.size;
    for await (const delivery of listed(server, `/deliveries?webhook_id=${webhookId}&state=parked&`)) {
      got.add(`${delivery.tracking_number} ${delivery.revision}`);
      parked++;
    }
    for (const key of events)
      if (!got.has(key)) lost.push(`${key}: an event that ${webhookId} never accepted`);
    const { broken, brokenApart } = disorder(receipts, apart);
    outOfOrder.push(...broken.map((what) => `${webhookId}: ${what}`));
    outOfOrderApart += brokenApart;
  }
  return {
    acknowledged: acknowledged.length,
    events: events.size,
    accepted,
    lost,
    duplicated,
    outOfOrder,
    outOfOrderApart,
    parked,
  };
}

function disorder(receipts: readonly Heard[], apart: ReadonlySet<string>) {
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  const broken: string[] = [];
  let brokenApart = 0;
  for (const { id, number, revision } of receipts) {
    if (seen.has(id)) continue;
    seen.add(id);
    const before = newest.get(number) ?? 0;
    if (revision > before) {
      if (!apart.has(id)) newest.set(number, revision);
    } else if (apart.has(id)) brokenApart++;
    else broken.push(`${number}: ${revision} after ${before}`);
  }
  return { broken, brokenApart };
}

interface Row {
  readonly id: string;
  readonly tracking_id?: string;
  readonly checkpoints_added?: number;
  readonly tracking_number?: string;
  readonly revision?: number;
}

/** @param query the path and what filters it, ending in `?` or `&` */
export async function* listed(server: ChildServer, query: string): AsyncGenerator<Row> {
  for (let cursor = ''; ; ) {
    const { json } = await server.call('GET', `${query}limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`);
    yield* json.data;
    if (json.data.length === 0 || json.next_cursor === null) return;
    cursor = json.next_cursor;
  }
}
