/**
 * Events that a webhook never had: from before it existed, or of statuses it selects only since. They are owed to it as if it
 * had been there, in the order in which they happened, and within a parcel ahead of what waits. Asking twice adds nothing.
 */
import type { Clock } from '../base/clock.ts';
import { type Ids, idFloor, timeOfId } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import type { Delivery } from '../domain/delivery.ts';
import { AppError } from '../domain/error.ts';
import type { TrackingEvent } from '../domain/event.ts';
import type { WebhookVersion } from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import { fires } from '../pipeline/trigger.ts';
import type { DeliveryStore, EventStore, Replay, RetentionStore, TrackingStore } from '../store/store.ts';
import type { Sender } from './sender.ts';
import type { Webhooks } from './webhooks.ts';

export interface Replayed {
  readonly count: number;
  /** Epoch milliseconds: what happened before is not in the log any more. */
  readonly eventsKeptSince: number;
}

export interface ReplayRequest {
  /** Epoch milliseconds, inclusive; null: no bound. */
  readonly since: number | null;
  readonly until: number | null;
  readonly dryRun: boolean;
}

export interface ReplayOptions {
  readonly store: Pick<EventStore, 'events' | 'body'> &
    Pick<DeliveryStore, 'missing' | 'replay'> &
    Pick<TrackingStore, 'tracking'> &
    Pick<RetentionStore, 'prunedTo'>;
  readonly webhooks: Pick<Webhooks, 'get'>;
  readonly sender: Pick<Sender, 'reorder'>;
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

const eventsAtOnce = 200;

export function makeReplay(options: ReplayOptions): ReplayMissing {
  const { store } = options;

  /** Those of a page that the webhook selects and never had. */
  async function missingOf(webhook: Webhook, events: readonly TrackingEvent[]): Promise<TrackingEvent[]> {
    const selected = events.filter((event) => fires(webhook, event));
    const ids = selected.map(({ id }) => id);
    const missing = new Set(await store.missing(webhook.accountId, webhook.id, ids));
    return selected.filter(({ id }) => missing.has(id));
  }

  async function replayOf(account: Account, webhook: Webhook, event: TrackingEvent): Promise<Replay | null> {
    const { accountId, id: eventId, trackingId, number, revision } = event;
    const { id: webhookId, version, ordered } = webhook;
    const tracking = await store.tracking(accountId, trackingId);
    // Deleted: nobody wants to hear of it any more.
    if (tracking === null) return null;
    const known = await store.body(accountId, eventId, version);
    const data = known ?? options.render(version, { tracking, event, timeZone: account.timeZone });
    const delivery: Delivery = {
      ...{
        id: options.ids.next('dlv'),
        accountId,
        webhookId,
        eventId,
        trackingId,
        number,
        revision,
        version,
      },
      ...{
        ordered,
        state: 'ready',
        attempts: 0,
        dueAt: null,
        createdAt: options.clock.now(),
        settledAt: null,
      },
    };
    return { delivery, data };
  }

  return async (account, webhookId, { since, until, dryRun }) => {
    const webhook = await options.webhooks.get(account.id, webhookId);
    if (!dryRun && !webhook.enabled) throw new AppError('webhook_disabled');
    const prunedTo = await store.prunedTo(account.id);
    const eventsKeptSince = prunedTo === null ? account.createdAt : timeOfId(prunedTo);
    const end = until ?? options.clock.now();

    async function run(): Promise<number> {
      let count = 0;
      let after: string | null = idFloor(
        'evt',
        Math.max(since ?? 0, prunedTo === null ? 0 : eventsKeptSince),
      );
      while (after !== null) {
        const page: readonly TrackingEvent[] = await store.events(account.id, { after, limit: eventsAtOnce });
        const asked = page.filter(({ createdAt }) => createdAt >= (since ?? 0) && createdAt <= end);
        const missing = await missingOf(webhook, asked);
        if (dryRun) count += missing.length;
        else count += await owe(missing);
        const last = page.at(-1);
        after = page.length < eventsAtOnce || last === undefined || last.createdAt > end ? null : last.id;
      }
      return count;
    }

    async function owe(missing: readonly TrackingEvent[]): Promise<number> {
      const replays: Replay[] = [];
      for (const event of missing) {
        const replay = await replayOf(account, webhook, event);
        if (replay !== null) replays.push(replay);
      }
      return replays.length === 0 ? 0 : store.replay(replays);
    }

    return { count: dryRun ? await run() : await options.sender.reorder(webhook.id, run), eventsKeptSince };
  };
}
