/**
 * What the conformance tests put into a store: values as the program makes them, with ids that grow in the order of
 * asking, a second apart, so that what is made later sorts later and can be told apart by time.
 */
import assert from 'node:assert/strict';
import { makeIds } from '../../src/base/id.ts';
import { type Account, type ApiKey, unchangedKeys } from '../../src/domain/account.ts';
import { defaultSettings } from '../../src/domain/accountSettings.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import { type Delivery, type DeliveryVersion, owedVersion } from '../../src/domain/delivery.ts';
import { isOperational, type TrackingEvent } from '../../src/domain/event.ts';
import type { Tracking } from '../../src/domain/tracking.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type {
  OwedDelivery,
  Recovered,
  RecoverStep,
  RowCount,
  Settled,
  Settlement,
  Store,
  TrackingCommit,
} from '../../src/store/store.ts';
import { aDelivery, anEvent, aResponse, aTracking, aWebhook, testNow } from '../support/build.ts';

/** Of the news: more than there can be. */
export const heardAll = Number.MAX_SAFE_INTEGER;

let now = testNow;
export const ids = makeIds({ now: () => (now += 1000) });

/** The time of the newest id. */
export function lastMade(): number {
  return now;
}

export function anAccount(said: Partial<Account> = {}): Account {
  const id = said.id ?? ids.next('acc');
  return {
    id,
    signingEmail: `${id}@example.org`,
    webhookSecret: 'account-secret-of-the-fixture',
    ...unchangedKeys,
    timeZone: 'Europe/Stockholm',
    settings: defaultSettings,
    trackKey: null,
    logoHash: null,
    suspended: false,
    createdAt: testNow,
    ...said,
  };
}

export function aKey(accountId: Account['id'], said: Partial<ApiKey> = {}): ApiKey {
  const id = ids.next('key');
  return {
    id,
    accountId,
    name: 'first',
    role: 'owner',
    hash: id,
    hint: 'wk_1234',
    lastUsedAt: null,
    createdAt: testNow,
    ...said,
  };
}

/** An account with its webhooks, in the store. */
export async function settled(
  store: Store,
  ...webhooks: readonly Partial<Webhook>[]
): Promise<{ account: Account; webhooks: readonly Webhook[] }> {
  const account = anAccount();
  await store.insertAccount(account, aKey(account.id));
  const made = webhooks.map((said) => aWebhook({ id: ids.next('wh'), accountId: account.id, ...said }));
  for (const webhook of made) await store.insertWebhook(webhook, null, heardAll);
  return { account, webhooks: made };
}

export function aParcel(accountId: Account['id'], said: Partial<Tracking> = {}): Tracking {
  const id = ids.next('trk');
  return aTracking({ id, accountId, number: `N${id.slice(4)}`, createdAt: now, updatedAt: now, ...said });
}

/** Made anew for every event and version, so that a mix-up shows. */
export function dataOf(eventId: string, version: DeliveryVersion): string {
  return JSON.stringify({ event: eventId, version, text: 'Zürich 📦' });
}

/** The commit of a tracking's revision: its event, and a delivery to each webhook with its body. */
export function changeOf(tracking: Tracking, webhooks: readonly Webhook[] = []): TrackingCommit {
  const event = eventOf(tracking, tracking.revision);
  const { revision } = tracking;
  return {
    tracking: { ...tracking, writes: revision },
    expectedWrites: revision - 1,
    ...owing(event, webhooks),
  };
}

/** What an event owes, as the parts of a commit. */
export function owing(event: TrackingEvent, webhooks: readonly Webhook[]) {
  const versions = [...new Set(webhooks.map((webhook) => webhook.version))];
  const deliveries = webhooks.map((webhook) => deliveryOf(event, webhook));
  return {
    events: [{ ...event, deliveryIds: deliveries.map((delivery) => delivery.id) }],
    bodies: versions.map((version) => ({ eventId: event.id, version, data: dataOf(event.id, version) })),
    deliveries,
  };
}

/** The log from its beginning, of trackings alone. */
export async function trackingEvents(
  store: Store,
  accountId: Account['id'],
  limit = 10,
): Promise<readonly TrackingEvent[]> {
  const events = await store.events(accountId, { after: null, limit });
  return events.filter((event) => !isOperational(event));
}

export function eventOf(tracking: Tracking, revision: number): TrackingEvent {
  const { accountId, id: trackingId, rawNumber: number } = tracking;
  const previousId = tracking.lastEventId;
  return anEvent({
    id: ids.next('evt'),
    accountId,
    trackingId,
    number,
    revision,
    previousId,
    createdAt: now,
  });
}

function deliveryOf(event: TrackingEvent, webhook: Webhook): Delivery {
  const { accountId, id: eventId, trackingId, number, revision } = event;
  const { id: webhookId, callback, ordered } = webhook;
  const version = owedVersion(webhook);
  const id = ids.next('dlv');
  const state = webhook.enabled ? 'ready' : 'parked';
  return aDelivery({
    ...{ id, accountId, webhookId, eventId, trackingId, number, revision, version, ordered, state },
    callback,
    createdAt: now,
  });
}

/** Commits, all of it surely, and gives the deliveries as placed. */
export async function commit(
  store: Store,
  ...changes: readonly TrackingCommit[]
): Promise<readonly Delivery[]> {
  const results = await store.commit({ trackings: changes, answers: [], heard: heardAll });
  return results.flatMap((result) => {
    assert.equal(result.kind, 'committed', JSON.stringify(result));
    return result.kind === 'committed' ? result.deliveries : [];
  });
}

/** A new parcel with so many revisions, each owed to the webhooks; gives the deliveries, oldest revision first. */
export async function commitRevisions(
  store: Store,
  count: number,
  webhooks: readonly Webhook[],
  said: Partial<Tracking> = {},
): Promise<{ tracking: Tracking; deliveries: readonly Delivery[] }> {
  const accountId = (webhooks[0] as Webhook).accountId;
  let tracking = aParcel(accountId, said);
  const deliveries: Delivery[] = [];
  for (let revision = 1; revision <= count; revision++) {
    const change = changeOf({ ...tracking, revision }, webhooks);
    tracking = { ...change.tracking, lastEventId: change.events[0]?.id ?? null };
    deliveries.push(...(await commit(store, { ...change, tracking })));
  }
  return { tracking, deliveries };
}

/** The first ones of some deliveries, as a test names them. */
export type Three = readonly [Delivery, Delivery, Delivery];

/** A new parcel with a revision for each of the webhooks, which alone is owed it; gives the deliveries. */
export async function commitInTurn(
  store: Store,
  webhooks: readonly [Webhook, ...Webhook[]],
): Promise<readonly Delivery[]> {
  let tracking = aParcel(webhooks[0].accountId);
  const deliveries: Delivery[] = [];
  for (const webhook of webhooks) {
    deliveries.push(...(await commit(store, changeOf(tracking, [webhook]))));
    tracking = { ...tracking, revision: tracking.revision + 1 };
  }
  return deliveries;
}

export function anAttempt(delivery: Delivery, said: Partial<Attempt> = {}): Attempt {
  const id = ids.next('att');
  return {
    id,
    accountId: delivery.accountId,
    deliveryId: delivery.id,
    webhookId: delivery.webhookId,
    cause: 'schedule',
    startedAt: now,
    url: 'https://shop.example/waybell',
    requestHeaders: { 'content-type': 'application/json' },
    exchange: aResponse(),
    verdict: 'accepted',
    reason: 'The receiver answered 200.',
    ...said,
  };
}

/** The end of a delivery's next attempt. */
export function settlementOf(
  delivery: Delivery,
  state: 'accepted' | 'parked' | 'cancelled' | 'scheduled',
  dueAt: number = now,
): Settlement {
  return {
    attempt: anAttempt(delivery, { verdict: state === 'accepted' ? 'accepted' : 'retry' }),
    delivery,
    next: {
      state,
      attempts: delivery.attempts + 1,
      dueAt: state === 'scheduled' ? dueAt : null,
      settledAt: state === 'accepted' || state === 'cancelled' ? now : null,
    },
    notice: null,
    epoch: null,
  };
}

export async function settle(
  store: Store,
  delivery: Delivery,
  state: 'accepted' | 'parked' | 'cancelled' | 'scheduled',
  dueAt?: number,
): Promise<Settled> {
  const [done] = await settleAll(store, settlementOf(delivery, state, dueAt));
  return done as Settled;
}

/** How far the news reach. */
export async function countOf(store: Store): Promise<number> {
  return (await store.news(null))?.upTo ?? 0;
}

/** Settles, all of it surely. */
export async function settleAll(store: Store, ...settlements: readonly Settlement[]): Promise<Settled[]> {
  return (await store.settle(settlements)).map((settled) => {
    assert.ok(!('failed' in settled), JSON.stringify(settled));
    return settled;
  });
}

/** Its state in the store now. */
export async function stateOf(store: Store, delivery: Delivery): Promise<Delivery['state'] | null> {
  return (await store.delivery(delivery.accountId, delivery.id))?.state ?? null;
}

export async function statesOf(store: Store, deliveries: readonly Delivery[]) {
  return Promise.all(deliveries.map((delivery) => stateOf(store, delivery)));
}

/** The whole queue of a webhook, read in pages of that size. */
export async function wholeQueue(
  store: Store,
  webhookId: string,
  pageSize = 100,
  shards: readonly number[] | null = null,
): Promise<readonly OwedDelivery[]> {
  const all: OwedDelivery[] = [];
  for (;;) {
    const last = all.at(-1)?.delivery;
    const after = last === undefined ? null : { dueAt: last.dueAt ?? 0, id: last.id };
    const { rows, more } = await store.queue(
      webhookId,
      after,
      { rowsMax: pageSize, bytesMax: 1_000_000 },
      shards,
    );
    all.push(...rows);
    if (!more) return all;
  }
}

export const everything = {
  state: null,
  webhookId: null,
  trackingId: null,
  createdFrom: null,
  createdTo: null,
} as const;

/** Every page of a list. */
export async function wholeList<T>(
  read: (page: {
    after: string | null;
    limit: number;
  }) => Promise<{ items: readonly T[]; next: string | null }>,
  limit = 100,
): Promise<readonly T[]> {
  const all: T[] = [];
  let after: string | null = null;
  do {
    const page: { items: readonly T[]; next: string | null } = await read({ after, limit });
    assert.ok(page.items.length <= limit);
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}

/** Every step of putting back what was parked since that time; how many there were. */
export function recover(store: Store, webhookId: string, since = 0): Promise<number> {
  return stepped((step) => store.recover(webhookId, step, null), since);
}

/** How many such steps would put back. */
export function recoverable(store: Store, webhookId: string, since = 0): Promise<number> {
  return stepped((step) => store.recoverable(webhookId, step), since);
}

async function stepped(run: (step: RecoverStep) => Promise<Recovered>, since: number): Promise<number> {
  let count = 0;
  let after: string | null = null;
  do {
    const step: Recovered = await run({ since, until: null, trackingId: null, after });
    count += step.count;
    after = step.next;
  } while (after !== null);
  return count;
}

/** How many rows the store holds of everything. */
export async function rowsOf(store: Pick<Store, 'countSome'>): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  let after: string | null = null;
  do {
    const step: RowCount = await store.countSome(after);
    rows[step.of] = (rows[step.of] ?? 0) + step.rows;
    after = step.next;
  } while (after !== null);
  return rows;
}

export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
