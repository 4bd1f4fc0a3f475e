/**
 * Deliveries that come up in one process and are another's to send: an update may be taken by any of them. Their ids go out by a
 * signal, gathered for a moment, and whoever holds their shards reads them; so do the shards of which couriers are to be asked. A
 * signal may be lost, so each process also looks in the tables now and then (`Sender.look`), and often where none come through.
 */
import { bareId, shardOf } from '../base/id.ts';
import type { Log } from '../base/log.ts';
import type { Delivery } from '../domain/delivery.ts';
import { type Duty, shardOfDelivery } from '../domain/shard.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { DeliveryStore, OwedDelivery, SignalStore } from '../store/store.ts';
import type { HeadKey } from './filling.ts';
import type { Sender } from './sender.ts';

export interface Elsewhere {
  pass(owed: readonly OwedDelivery[]): void;
  /** Couriers may have to be asked about these sooner than was known. */
  passPolls(trackings: readonly Pick<Tracking, 'id'>[]): void;
  /** A receiver that was away answers again. */
  tellOpened(webhookId: string): void;
  /** One that another process is to send was settled by hand. */
  tellSettled(delivery: Delivery): void;
  /** Whether a webhook had anything accepted by another process that was made since, epoch milliseconds. */
  isAccepted(webhook: Pick<Webhook, 'accountId' | 'id'>, since: number): Promise<boolean>;
  /** What another process signalled; null: something may have been missed. */
  hear(text: string | null): void;
  start(): void;
  stop(): void;
}

export interface ElsewhereOptions {
  readonly store: Pick<SignalStore, 'signal' | 'hearsSignals'> & Pick<DeliveryStore, 'deliveries'>;
  readonly log: Log;
  readonly sender: Pick<Sender, 'take' | 'look' | 'hint' | 'letGo'>;
  readonly polling: { wake(): void };
  readonly shards: { readonly isAlone: boolean; holds(duty: Duty, shard: number): boolean };
}

/** Shorter than anybody waits for a webhook, and long enough that a busy process signals some tens of times a second. */
const gatherMs = 20;
/** A signal holds less than 8000 bytes; a delivery takes 120 of them. */
const deliveriesPerSignal = 60;
const signalledLookMs = 10_000;
const unsignalledLookMs = 1000;

/** Of one delivery. Who does not hold its shard need not read anything. */
type Passed = readonly [shard: number, accountId: string, webhookId: string, deliveryId: string];

interface Message {
  readonly owed?: readonly Passed[];
  readonly opened?: string;
  readonly settled?: readonly [webhookId: string, deliveryId: string];
  readonly polls?: readonly number[];
}

export function makeElsewhere({ store, log, sender, polling, shards }: ElsewhereOptions): Elsewhere {
  let gathered: Delivery[] = [];
  const polls = new Set<number>();
  let timer: NodeJS.Timeout | null = null;
  let looking = Promise.resolve();
  let looksNext = false;
  let lookTimer: NodeJS.Timeout | null = null;
  let stopped = false;

  /** A signal that cannot be sent is as good as lost. */
  function signal(message: Message): void {
    store
      .signal(JSON.stringify(message))
      .catch((error) => log.debug({ err: error }, 'a signal was not sent'));
  }

  function sendGathered(): void {
    timer = null;
    if (polls.size > 0) signal({ polls: [...polls] });
    polls.clear();
    const all = gathered;
    gathered = [];
    for (let from = 0; from < all.length; from += deliveriesPerSignal) {
      const some = all.slice(from, from + deliveriesPerSignal);
      signal({
        owed: some.map((one) => [
          shardOfDelivery(one),
          bareId(one.accountId),
          bareId(one.webhookId),
          bareId(one.id),
        ]),
      });
    }
  }

  function takeOwn(owed: readonly Passed[]): void {
    const own = owed.filter(([shard]) => shards.holds('send', shard));
    if (own.length === 0) return;
    sender
      .take(
        own.map(([, account, webhook, delivery]): HeadKey => {
          return { accountId: `acc_${account}`, webhookId: `wh_${webhook}`, id: `dlv_${delivery}` };
        }),
      )
      .catch(look);
  }

  /** @throws Error when it is no message of ours: the channel is open to whoever uses the database */
  function understand({ owed, opened, settled, polls }: Message): void {
    if (opened !== undefined) sender.hint(opened);
    if (settled !== undefined) sender.letGo(`wh_${settled[0]}`, `dlv_${settled[1]}`);
    if (polls?.some((shard) => shards.holds('poll', shard))) polling.wake();
    if (owed !== undefined) takeOwn(owed);
  }

  /** In the tables behind the signals. */
  function look(): void {
    // One that waits sees all there is to see.
    if (looksNext) return;
    looksNext = true;
    looking = looking
      .then(() => {
        looksNext = false;
        return sender.look();
      })
      .then(() => polling.wake())
      .catch((error) => {
        log.warn({ err: error }, 'what is owed could not be looked for and is looked for again');
      });
  }

  function scheduleLook(): void {
    if (stopped) return;
    const ms = store.hearsSignals() ? signalledLookMs : unsignalledLookMs;
    lookTimer = setTimeout(() => {
      look();
      void looking.then(scheduleLook);
    }, ms);
    lookTimer.unref();
  }

  return {
    pass(owed) {
      for (const { delivery } of owed) gathered.push(delivery);
      timer ??= setTimeout(sendGathered, gatherMs);
    },
    passPolls(trackings) {
      const all = trackings.map(({ id }) => shardOf(id));
      const passed = all.filter((shard) => !shards.holds('poll', shard));
      if (passed.length < all.length) polling.wake();
      if (passed.length === 0) return;
      for (const shard of passed) polls.add(shard);
      timer ??= setTimeout(sendGathered, gatherMs);
    },
    async isAccepted({ accountId, id: webhookId }, since) {
      if (shards.isAlone) return false;
      const of = {
        webhookId,
        state: 'accepted',
        createdFrom: since,
        createdTo: null,
        trackingId: null,
      } as const;
      const { items } = await store.deliveries(accountId, of, { after: null, limit: 1 });
      return items.length > 0;
    },
    tellOpened: (opened) => signal({ opened }),
    tellSettled: ({ webhookId, id }) => signal({ settled: [bareId(webhookId), bareId(id)] }),
    hear(text) {
      if (text === null) return look();
      try {
        understand(JSON.parse(text));
      } catch (error) {
        log.debug({ err: error, text }, 'a signal was not understood');
      }
    },
    start: scheduleLook,
    stop() {
      stopped = true;
      if (timer !== null) {
        clearTimeout(timer);
        sendGathered();
      }
      if (lookTimer !== null) clearTimeout(lookTimer);
    },
  };
}
