/**
 * Events that a webhook never had: from before it existed, or of statuses it selects only since. They are owed to it as if it
 * had been there, in the order in which they happened, and within a parcel ahead of what waits. Asking twice adds nothing.
 *
 * Operational events are left out: they tell whoever is on call how the sending stands, and those of last week would raise
 * the alarm for what is long over. The log has them.
 */
import type { Clock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import { type Ids, idFloor, timeOfId } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import { newDelivery } from '../domain/delivery.ts';
import { AppError } from '../domain/error.ts';
import { type AnyEvent, isOperational, type TrackingEvent } from '../domain/event.ts';
import type { WebhookVersion } from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import { fires } from '../pipeline/trigger.ts';
import type { DeliveryStore, EventStore, Replay, RetentionStore, TrackingStore } from '../store/store.ts';
import type { Reorder } from './reordering.ts';
import type { Webhooks } from './webhooks.ts';

export interface Replayed {
  readonly count: number;
  /** Where to go on; null: at the end. */
  readonly next: string | null;
  /** Epoch milliseconds: what happened before is not in the log any more. */
  readonly eventsKeptSince: number;
}

export interface ReplayRequest {
  /** Epoch milliseconds, inclusive; null: no bound. */
  readonly since: number | null;
  readonly until: number | null;
  readonly dryRun: boolean;
  /** Where to go on, as the answer before said; null: at the beginning. */
  readonly after: string | null;
  /** Ends after the page in which so many were found; null: at the end. */
  readonly limit: number | null;
}

export interface ReplayOptions {
  readonly store: Pick<EventStore, 'events' | 'body'> &
    Pick<DeliveryStore, 'missing' | 'replay'> &
    Pick<TrackingStore, 'tracking'> &
    Pick<RetentionStore, 'prunedTo'>;
  readonly webhooks: Pick<Webhooks, 'get'>;
  readonly reorder: Reorder;
  readonly ids: Ids;
  readonly clock: Clock;
  /** `data` of an event, from the tracking at that revision or later. */
  render(
    version: WebhookVersion,
    source: { tracking: Tracking; event: TrackingEvent; timeZone: string },
  ): string;
}

/** @throws AppError `webhook_not_found`, `webhook_disabled` */
export type ReplayMissing = (
  account: Account,
  webhookId: string,
  request: ReplayRequest,
) => Promise<Replayed>;

/** Read at a time. */
const eventsAtOnce = 200;
/** Owed in one transaction, while the webhook's sending rests; 200 of the largest bodies would be some hundreds of MiB. */
const bodyBytesAtOnce = 8 * 1024 * 1024;
/** Looked at in a call that has a limit, whether they are meant or not. */
const eventsLookedAtMax = 50_000;
/** Ids run ahead of a clock that was set back, by less than that. */
const clockStepMs = dayMs;

export function makeReplay(options: ReplayOptions): ReplayMissing {
  const { store } = options;

  /** Those of a page that the webhook selects and never had. */
  async function missingOf(webhook: Webhook, events: readonly AnyEvent[]): Promise<TrackingEvent[]> {
    const selected = events.filter((event) => !isOperational(event)).filter((event) => fires(webhook, event));
    const ids = selected.map(({ id }) => id);
    const missing = new Set(await store.missing(webhook.accountId, webhook.id, ids));
    return selected.filter(({ id }) => missing.has(id));
  }

  async function replayOf(account: Account, webhook: Webhook, event: TrackingEvent): Promise<Replay | null> {
    const { accountId, id: eventId, trackingId } = event;
    const { version } = webhook;
    const tracking = await store.tracking(accountId, trackingId);
    // Deleted: nobody wants to hear of it any more.
    if (tracking === null) return null;
    const known = await store.body(accountId, eventId, version);
    const data = known ?? options.render(version, { tracking, event, timeZone: account.timeZone });
    const delivery = newDelivery(webhook, {
      ...event,
      id: options.ids.next('dlv'),
      eventId,
      createdAt: options.clock.now(),
    });
    return { delivery, data };
  }

  /** Rendered and written in portions, so that few bodies are held at a time. Asked again it adds what a crash left out. */
  async function owe(account: Account, webhook: Webhook, missing: readonly TrackingEvent[]): Promise<number> {
    let count = 0;
    let portion: Replay[] = [];
    let bytes = 0;
    const write = async (): Promise<void> => {
      const replays = portion;
      portion = [];
      bytes = 0;
      if (replays.length > 0) count += await options.reorder(webhook, (rest) => store.replay(replays, rest));
    };
    for (const event of missing) {
      const replay = await replayOf(account, webhook, event);
      if (replay === null) continue;
      portion.push(replay);
      bytes += replay.data.length;
      if (bytes >= bodyBytesAtOnce) await write();
    }
    await write();
    return count;
  }

  return async (account, webhookId, { since, until, dryRun, after: from, limit }) => {
    const webhook = await options.webhooks.get(account.id, webhookId);
    if (!dryRun && !webhook.enabled) throw new AppError('webhook_disabled');
    const prunedTo = await store.prunedTo(account.id);
    const eventsKeptSince = prunedTo === null ? account.createdAt : timeOfId(prunedTo);
    const begin = since ?? 0;
    const end = until ?? options.clock.now();

    // In the order of the log, not of ids: where it went on is where it goes on.
    let after = from ?? ([idFloor('evt', begin), prunedTo ?? ''].sort().at(-1) as string);
    let count = 0;
    let lookedAt = 0;
    for (;;) {
      const page = await store.events(account.id, { after, limit: eventsAtOnce });
      const meant = page.filter(({ createdAt }) => createdAt >= begin && createdAt <= end);
      const missing = await missingOf(webhook, meant);
      count += dryRun ? missing.length : await owe(account, webhook, missing);
      const last = page.at(-1);
      lookedAt += page.length;
      // A page may be short; an empty one is the end.
      if (last === undefined || timeOfId(last.id) > end + clockStepMs)
        return { count, next: null, eventsKeptSince };
      after = last.id;
      if (limit !== null && (count >= limit || lookedAt >= eventsLookedAtMax))
        return { count, next: after, eventsKeptSince };
    }
  };
}
