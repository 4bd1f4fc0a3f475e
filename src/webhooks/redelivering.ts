/**
 * Sending again by hand: at once, outside the order of the parcel, and without a place at the gate. An attempt of what is still owed
 * settles it like any other; of what was settled before, it is but another attempt.
 */
import type { Account } from '../domain/account.ts';
import type { Delivery } from '../domain/delivery.ts';
import { AppError } from '../domain/error.ts';
import { shardOfDelivery } from '../domain/shard.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { AccountId, OwedDelivery, Settlement } from '../store/store.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import type { Channel } from './channel.ts';
import type { AttemptReport } from './concluding.ts';
import type { Settle } from './settling.ts';

export interface RedeliveringOptions extends AttemptTools {
  readonly settle: Settle;
  accountOf(accountId: AccountId): Promise<Account>;
  holds(shard: number): boolean;
  channelOf(webhookId: string): Channel;
  /** What an attempt has released. */
  offer(owed: readonly OwedDelivery[]): void;
  /** Goes on with a webhook. */
  pump(channel: Channel): void;
  onAttempt(report: AttemptReport): void;
  /** Told of one that is another process's to send. */
  onSettledElsewhere(delivery: Delivery): void;
}

/** @throws AppError `account_suspended` */
export type Redeliver = (owed: OwedDelivery, webhook: Webhook) => Promise<AttemptReport>;

export function makeRedelivering(options: RedeliveringOptions): Redeliver {
  return async (owed, webhook) => {
    const account = await options.accountOf(owed.delivery.accountId);
    if (account.suspended) throw new AppError('account_suspended');
    const { settlement } = await makeAttempt({ owed, webhook, account, cause: 'redeliver' }, options);
    const unsettled = owed.delivery.settledAt === null;
    const written: Settlement = unsettled ? settlement : { ...settlement, next: null };
    const channel = options.channelOf(owed.delivery.webhookId);
    const { lane } = channel;
    const { emptied } = lane;
    // By hand none is parked, so there is nothing to tell.
    const settled = await options.settle({ settlement: written, tell: null });
    if ('failed' in settled) throw new Error(`The end of an attempt cannot be written: ${settled.failed}`);
    if (written.next !== null && settled.applied) {
      lane.forget(owed.delivery.id);
      if (!options.holds(shardOfDelivery(owed.delivery))) options.onSettledElsewhere(owed.delivery);
    }
    // Of the order from before the lane was emptied, if it was: then the table says.
    if (lane.emptied !== emptied) lane.reread();
    else if (settled.released !== null) options.offer([settled.released]);
    options.pump(channel);
    const report = { ...owed, attempt: settlement.attempt, settlement: written, webhook };
    options.onAttempt(report);
    return report;
  };
}
