/**
 * What follows from an attempt's end, once that is written: the parcel's next delivery is released, a retry waits, whoever
 * listens is told, and the webhook's health is kept, which may end in its being disabled.
 */
import type { Clock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import type { Ids } from '../base/id.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { AnyEvent } from '../domain/event.ts';
import type { DisabledBy } from '../domain/operationalEvent.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import type { Webhook } from '../domain/webhook.ts';
import { afterAttempt, newHealth } from '../pipeline/health.ts';
import type { AccountId, Notice, OwedDelivery, Settlement } from '../store/store.ts';
import type { Channel } from './channel.ts';
import { parkingNotice } from './notices.ts';
import type { Settle } from './settling.ts';
import type { HealthNews } from './webhooks.ts';

/** Told after an attempt's end is durable. */
export interface AttemptReport {
  readonly attempt: Attempt;
  readonly delivery: Delivery;
  readonly settlement: Settlement;
  readonly webhook: Webhook;
  readonly event: AnyEvent;
}

/** Who is to know what became of an attempt. */
export interface Listeners {
  webhooksOf(accountId: AccountId): Promise<readonly Webhook[]>;
  /** The receiver answered 410, or has failed for as long as it may. */
  disable(webhook: Webhook, cause: { by: DisabledBy; reason: string }): Promise<void>;
  onAttempt(report: AttemptReport): void;
  /** Whether another process had one accepted, of those that were made since: its part of the parcels may fare better. */
  isAcceptedElsewhere(webhook: Webhook, since: number): Promise<boolean>;
  /** The webhook has begun to fail, or has recovered. */
  onHealth(webhook: Webhook, news: HealthNews): Promise<void>;
}

export interface ConcludingOptions extends Listeners {
  readonly settle: Settle;
  readonly clock: Clock;
  readonly ids: Ids;
  holds(shard: number): boolean;
  /** New deliveries, such as the notices that an end made. */
  offer(owed: readonly OwedDelivery[]): void;
}

export interface Conclusion {
  readonly owed: OwedDelivery;
  readonly webhook: Webhook;
  readonly settlement: Settlement;
  /** Milliseconds until the next attempt; null when there is none. */
  readonly delayMs: number | null;
}

/** An attempt whose end cannot be written for a fault of its data is made again after so long: it may be lasting. */
const unsettledRetryMs = 600_000;

export type Conclude = (channel: Channel, conclusion: Conclusion) => Promise<void>;

export function makeConcluding(options: ConcludingOptions): Conclude {
  const { clock, ids, settle, offer } = options;

  /** Who is to be told is looked up beforehand: when it tells, nothing may wait. */
  async function parkingTeller(webhook: Webhook, settlement: Settlement): Promise<() => Notice | null> {
    const webhooks = await options.webhooksOf(webhook.accountId);
    return () => parkingNotice(settlement, { about: webhook, webhooks, ids, now: clock.now() });
  }

  async function keepHealth(channel: Channel, webhook: Webhook, attempt: Attempt): Promise<void> {
    const now = clock.now();
    const accepted = attempt.verdict === 'accepted';
    const before = channel.health ?? newHealth(webhook.failingSince);
    const { health, news } = afterAttempt(before, accepted, now);
    channel.health = health;
    const { failingSince } = health;
    try {
      if (news === 'failing' && failingSince !== null) {
        if (await options.isAcceptedElsewhere(webhook, failingSince)) {
          channel.health = null;
          return;
        }
        await options.onHealth(webhook, { kind: 'webhook.failing', failingSince, reason: attempt.reason });
      }
      if (news === 'recovered' && before.failingSince !== null)
        await options.onHealth(webhook, { kind: 'webhook.recovered', failingSince: before.failingSince });
    } catch (error) {
      // Not kept and not told: the next attempt finds it news again.
      if (channel.health?.failingSince === failingSince) channel.health = before;
      throw error;
    }
    const { disableAfterDays: days } = webhook;
    if (accepted || !health.told || failingSince === null || days === null) return;
    if (now - failingSince < days * dayMs) return;
    const reason = `Disabled after ${days} days without an accepted delivery.`;
    await options.disable(webhook, { by: 'failures', reason });
  }

  return async (channel, { owed, webhook, settlement, delayMs }) => {
    const { lane } = channel;
    const { emptied } = lane;
    /** What the answer tells is of the order from before the lane was emptied, if it was: then the table says. */
    const takeIn = (one: OwedDelivery, at: number): void => {
      if (lane.emptied === emptied) lane.offer(one, at);
      else lane.reread();
    };
    const parks = settlement.next?.state === 'parked';
    const tell = parks ? await parkingTeller(webhook, settlement) : null;
    const settled = await settle({ settlement, tell });
    lane.forget(owed.delivery.id);
    if ('failed' in settled) return takeIn(owed, clock.monotonic() + unsettledRetryMs);
    if (settled.stale) {
      // Another process has had the parcel; what comes of it is that one's to see to, unless it has come back.
      if (options.holds(shardOfDelivery(owed.delivery))) lane.reread();
      return;
    }
    if (settled.told.length > 0) offer(settled.told);
    if (settled.released !== null) takeIn(settled.released, 0);
    const { next, attempt } = settlement;
    if (settled.applied && next?.state === 'scheduled' && delayMs !== null) {
      const { attempts, dueAt } = next;
      const delivery: Delivery = { ...owed.delivery, state: 'scheduled', attempts, dueAt };
      takeIn({ ...owed, delivery }, clock.monotonic() + delayMs);
    }
    options.onAttempt({ ...owed, attempt, settlement, webhook });
    if (attempt.verdict === 'park_and_disable')
      await options.disable(webhook, { by: 'receiver', reason: attempt.reason });
    // One address that takes no letters says nothing of the mail server, nor of other addresses.
    else if (attempt.verdict !== 'unspent' && webhook.mail === null)
      await keepHealth(channel, webhook, attempt);
  };
}
