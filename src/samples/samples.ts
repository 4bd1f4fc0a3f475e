/**
 * What a first start shows: a shipment with two couriers whose exception is told at once, then sandbox parcels whose
 * journeys play out in about a minute, and a webhook that points at the built-in inbox. Made on an empty store only, and
 * once: a note of the store says how far it has come, and what is to be taken away by `waybell samples remove`.
 *
 * ```text
 *  (none) ──► making ──► made ──► removed
 * ```
 *
 * `making` is written before anything is made, so a start that dies in between is gone on with by the next one, and leaves
 * nothing that cannot be found. After `removed` none are made again.
 */
import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../base/clock.ts';
import type { Account } from '../domain/account.ts';
import { emptyUpdate, type Update } from '../domain/update.ts';
import type { Webhook } from '../domain/webhook.ts';
import { type AccountStore, anyTracking, type TrackingStore } from '../store/store.ts';
import type { Ingest } from '../tracking/ingest.ts';
import { type Report, readUpdate } from '../tracking/readUpdate.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { sampleShipment, sandboxNumbers } from './shipment.ts';

type AccountId = Account['id'];

export interface SamplesOptions {
  readonly store: Pick<AccountStore, 'note' | 'setNote'> & Pick<TrackingStore, 'load' | 'trackings'>;
  readonly accounts: Pick<Accounts, 'list'>;
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly webhooks: Pick<Webhooks, 'list' | 'create' | 'find' | 'update' | 'remove'>;
  /** Gives the path of an account's built-in inbox its token. */
  readonly inbox: { tokenOf(accountId: AccountId): Promise<string> };
  readonly clock: Clock;
}

type Note =
  /** What there is by now is found by the webhook's path and the numbers. */
  | { readonly state: 'making'; readonly accountId: AccountId; readonly path: string }
  | {
      readonly state: 'made';
      readonly accountId: AccountId;
      readonly webhookId: string;
      readonly trackings: readonly Sample[];
    }
  | { readonly state: 'removed'; readonly accountId: AccountId };

interface Sample {
  readonly id: string;
  readonly number: string;
}

const noteName = 'samples';
const description = 'Sample: the built-in inbox';

/** Makes the samples where they belong, or goes on with it. @param url the server's own address */
export async function makeSamples(account: Account, url: string, options: SamplesOptions): Promise<void> {
  const { store, ingest, webhooks, inbox } = options;
  const known = await readNote(store);
  if (known === null && !(await isEmpty(options))) return;
  if (known !== null && known.state !== 'making') return followAddress(url, options);
  const accountId = known?.accountId ?? account.id;
  const path = known?.path ?? `/inbox/${await inbox.tokenOf(accountId)}`;
  if (known === null) await writeNote(store, { state: 'making', accountId, path });
  const webhook =
    (await sampleWebhook({ accountId, path }, webhooks)) ??
    (
      await webhooks.create(
        accountId,
        { url: `${url}${path}`, version: 'v2', description, statuses: 'all', firesOn: 'status_change' },
        null,
      )
    ).webhook;
  const results = await ingest.submit({ updates: updatesOf(accountId, options.clock.now()), answer: null });
  const trackings = results.flatMap((result) =>
    result.ok ? [{ id: result.tracking.id, number: result.tracking.number }] : [],
  );
  await writeNote(store, { state: 'made', accountId, webhookId: webhook.id, trackings });
  await followAddress(url, options);
}

/** The inbox lies at the server's own address: when that has changed since, the sample webhook follows it. */
export async function followAddress(
  url: string,
  { store, webhooks }: Pick<SamplesOptions, 'store' | 'webhooks'>,
): Promise<void> {
  const note = await readNote(store);
  if (note?.state !== 'made') return;
  const { accountId, webhookId } = note;
  const webhook = await webhooks.find(accountId, webhookId);
  if (webhook === null) return;
  const { pathname } = new URL(webhook.url);
  const moved = `${url}${pathname}`;
  if (pathname.startsWith('/inbox/') && moved !== webhook.url)
    await webhooks.update(accountId, webhookId, { url: moved });
}

/** Takes an account's samples away again, also where only some were made; returns how many parcels there were. */
export async function removeSamples(
  accountId: AccountId,
  options: Omit<SamplesOptions, 'inbox' | 'accounts'>,
): Promise<number> {
  const { store, ingest, webhooks, clock } = options;
  const note = await readNote(store);
  if (note === null || note.accountId !== accountId || note.state === 'removed') return 0;
  const now = clock.now();
  const isMade = note.state === 'made';
  const webhookId = isMade ? note.webhookId : (await sampleWebhook(note, webhooks))?.id;
  const trackings = isMade ? note.trackings : await sampleTrackings(accountId, options);
  if (webhookId !== undefined) await webhooks.remove(accountId, webhookId).catch(() => {});
  await ingest.submit({
    updates: trackings.map(({ id, number }) => ({
      ...emptyUpdate,
      accountId,
      number,
      rawNumber: number,
      trackingId: id as `trk_${string}`,
      create: false,
      settings: { deletedAt: now, pollAt: null },
      source: 'api',
      receivedAt: now,
    })),
    answer: null,
  });
  await writeNote(store, { state: 'removed', accountId });
  return trackings.length;
}

/** Whether nobody has a parcel or a webhook. */
async function isEmpty({ accounts, store, webhooks }: SamplesOptions): Promise<boolean> {
  for (const { id } of await accounts.list()) {
    const { items } = await store.trackings(id, anyTracking, { after: null, limit: 1 });
    if (items.length > 0 || (await webhooks.list(id)).length > 0) return false;
  }
  return true;
}

function updatesOf(accountId: AccountId, receivedAt: number): Update[] {
  const reports: Report[] = [
    sampleShipment,
    ...sandboxNumbers.map((number) => ({
      number,
      courierCode: 'sandbox',
      scans: [],
      fields: {},
      create: true,
    })),
  ];
  return reports.map((report) => {
    const reading = readUpdate(report, { accountId, receivedAt, source: 'import' });
    if (!reading.ok) throw new Error(`A sample is broken: ${reading.problem.message}`);
    return reading.update;
  });
}

async function sampleWebhook(
  { accountId, path }: { accountId: AccountId; path: string },
  webhooks: Pick<Webhooks, 'list'>,
): Promise<Webhook | undefined> {
  return (await webhooks.list(accountId)).find(
    (webhook) => webhook.description === description && new URL(webhook.url).pathname === path,
  );
}

/** Of a start that died: those that have the numbers and the couriers of the samples. */
async function sampleTrackings(
  accountId: AccountId,
  { store, clock }: Pick<SamplesOptions, 'store' | 'clock'>,
): Promise<Sample[]> {
  const updates = updatesOf(accountId, clock.now());
  const found = await store.load(updates.map(({ number }) => ({ accountId, number })));
  return found.flatMap((trackings, index) =>
    trackings.filter(
      ({ courierCode, deletedAt }) => courierCode === updates[index]?.courierCode && deletedAt === null,
    ),
  );
}

async function readNote(store: Pick<AccountStore, 'note'>): Promise<Note | null> {
  const note = await store.note(noteName);
  return note === null ? null : JSON.parse(note);
}

function writeNote(store: Pick<AccountStore, 'setNote'>, note: Note): Promise<void> {
  return store.setNote(noteName, JSON.stringify(note));
}
