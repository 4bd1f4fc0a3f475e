/**
 * What a first start shows: a shipment with two couriers whose exception is told at once, then sandbox parcels whose
 * journeys play out in about a minute, and a webhook that points at the built-in inbox. Made on an empty store only, and
 * remembered by their ids, so that `waybell samples remove` takes away just these.
 */

import type { Clock } from '../base/clock.ts';
import type { Account } from '../domain/account.ts';
import { emptyUpdate } from '../domain/update.ts';
import type { AccountStore } from '../store/store.ts';
import type { Ingest } from '../tracking/ingest.ts';
import { type Report, readUpdate } from '../tracking/readUpdate.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { sampleShipment, sandboxNumbers } from './shipment.ts';

export interface SamplesOptions {
  readonly store: Pick<AccountStore, 'note' | 'setNote'>;
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly webhooks: Pick<Webhooks, 'create' | 'find' | 'update' | 'remove'>;
  /** Gives the path of an account's built-in inbox its token. */
  readonly inbox: { tokenOf(accountId: Account['id']): Promise<string> };
  readonly clock: Clock;
}

interface Made {
  readonly accountId: Account['id'];
  readonly webhookId: string;
  readonly trackings: readonly { readonly id: string; readonly number: string }[];
}

const noteName = 'samples';

/** @param url the server's own address */
export async function makeSamples(account: Account, url: string, options: SamplesOptions): Promise<void> {
  const { store, ingest, webhooks, inbox } = options;
  const token = await inbox.tokenOf(account.id);
  const { webhook } = await webhooks.create(
    account.id,
    {
      url: `${url}/inbox/${token}`,
      version: 'v2',
      description: 'Sample: the built-in inbox',
      statuses: 'all',
      firesOn: 'status_change',
    },
    null,
  );
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
  const receivedAt = options.clock.now();
  const updates = reports.map((report) => {
    const reading = readUpdate(report, { accountId: account.id, receivedAt, source: 'import' });
    if (!reading.ok) throw new Error(`A sample is broken: ${reading.problem.message}`);
    return reading.update;
  });
  const results = await ingest.submit({ updates, answer: null });
  const made: Made = {
    accountId: account.id,
    webhookId: webhook.id,
    trackings: results.flatMap((result) =>
      result.ok ? [{ id: result.tracking.id, number: result.tracking.number }] : [],
    ),
  };
  await store.setNote(noteName, JSON.stringify(made));
}

/** The inbox lies at the server's own address: when that has changed since, the sample webhook follows it. */
export async function followAddress(
  url: string,
  { store, webhooks }: Pick<SamplesOptions, 'store' | 'webhooks'>,
): Promise<void> {
  const note = await store.note(noteName);
  if (note === null) return;
  const { accountId, webhookId }: Made = JSON.parse(note);
  const webhook = await webhooks.find(accountId, webhookId);
  if (webhook === null) return;
  const { pathname } = new URL(webhook.url);
  const moved = `${url}${pathname}`;
  if (pathname.startsWith('/inbox/') && moved !== webhook.url)
    await webhooks.update(accountId, webhookId, { url: moved });
}

/** Takes an account's samples away again; returns how many parcels there were. */
export async function removeSamples(
  accountId: Account['id'],
  options: Omit<SamplesOptions, 'inbox'>,
): Promise<number> {
  const { store, ingest, webhooks, clock } = options;
  const note = await store.note(noteName);
  const made: Made | null = note === null ? null : JSON.parse(note);
  if (made?.accountId !== accountId) return 0;
  const now = clock.now();
  await webhooks.remove(made.accountId, made.webhookId).catch(() => {});
  await ingest.submit({
    updates: made.trackings.map(({ id, number }) => ({
      ...emptyUpdate,
      accountId: made.accountId,
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
  await store.setNote(noteName, null);
  return made.trackings.length;
}
