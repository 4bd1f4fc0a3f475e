/**
 * Deliveries as people see and handle them: list, look at, send again, put back what was parked, and try a webhook out
 * with a sample. `sending` is known to the sender alone: in the store such a delivery is ready like any that waits.
 */
import type { Account } from '../domain/account.ts';
import type { Attempt } from '../domain/attempt.ts';
import { type Delivery, type PublicDeliveryState, parcelOf } from '../domain/delivery.ts';
import { AppError } from '../domain/error.ts';
import type { Page } from '../domain/page.ts';
import type { Status, WebhookVersion } from '../domain/status.ts';
import type { Webhook } from '../domain/webhook.ts';
import type {
  AccountId,
  DeliveryFilter,
  DeliveryStore,
  EventStore,
  PageRequest,
  Recovered,
  RecoverStep,
} from '../store/store.ts';
import type { WebhookRequest } from '../wire/request.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import { previewRequest } from './preview.ts';
import type { Reorder } from './reordering.ts';
import { sampleDelivery } from './sampleDelivery.ts';
import type { Sender } from './sender.ts';
import type { Webhooks } from './webhooks.ts';

export interface PublicDelivery {
  readonly delivery: Delivery;
  readonly state: PublicDeliveryState;
  /**
   * When it is attempted next at the soonest, epoch milliseconds; null where that is now, under way, never, or after
   * earlier ones of its parcel.
   */
  readonly nextAttemptAt: number | null;
}

export interface DeliveryDetails extends PublicDelivery {
  /** The same bytes in every attempt; null once it is older than the retention. */
  readonly data: string | null;
  readonly attempts: readonly Attempt[];
}

export interface Redelivered {
  /** Those that fit. */
  readonly count: number;
  readonly sent: number;
  readonly accepted: number;
  readonly skipped: number;
  readonly next: string | null;
}

export interface RecoverRequest extends RecoverStep {
  readonly dryRun: boolean;
  /** Ends after the step in which so many were put back; null: at the end. */
  readonly limit: number | null;
}

export interface Deliveries {
  list(accountId: AccountId, filter: DeliveryFilter, page: PageRequest): Promise<Page<PublicDelivery>>;
  /** @throws AppError `delivery_not_found` */
  get(accountId: AccountId, id: string): Promise<DeliveryDetails>;
  /**
   * Sends now, whatever its state and out of order. The number is the attempt's place among those that `get` shows: where they
   * are very many, the oldest are not counted.
   * @throws AppError `delivery_not_found`, `webhook_not_found`, `webhook_disabled`
   */
  redeliver(
    accountId: AccountId,
    id: string,
  ): Promise<{ readonly attempt: Attempt; readonly number: number }>;
  /**
   * Sends a page of them again now, or only counts it: whatever their state, oldest first and those of a parcel one after
   * the other, yet out of order with what is owed. Those of a webhook that is disabled or gone, or whose body is not kept
   * any more, are skipped. It ends sooner where it takes long; `next` is where to go on.
   */
  redeliverMany(
    accountId: AccountId,
    filter: DeliveryFilter,
    page: PageRequest & { readonly dryRun: boolean },
  ): Promise<Redelivered>;
  /** Sends a sample now; nothing of it is kept. @throws AppError `webhook_not_found` */
  test(
    account: Account,
    webhookId: string,
    status: Status,
  ): Promise<{ readonly attempt: Attempt; readonly body: string }>;
  /** The request that a webhook of this version would get, of a sample; nothing is sent and nothing kept. */
  preview(account: Account, said: { version: WebhookVersion; status: Status }): WebhookRequest;
  /** Puts parked deliveries back, or only counts them. @throws AppError `webhook_not_found`, `webhook_disabled` */
  recover(accountId: AccountId, webhookId: string, request: RecoverRequest): Promise<Recovered>;
}

export interface DeliveriesOptions extends AttemptTools {
  readonly store: Pick<
    DeliveryStore,
    'delivery' | 'deliveries' | 'deliveriesFrom' | 'attempts' | 'recover' | 'recoverable'
  > &
    Pick<EventStore, 'event' | 'body'>;
  readonly sender: Pick<Sender, 'isSending' | 'outlook' | 'redeliver'>;
  readonly reorder: Reorder;
  readonly webhooks: Pick<Webhooks, 'get' | 'getAny'>;
}

/** Of one call, beside what the sender has under way. */
const redeliveredAtOnce = 8;
/** After so long a call begins no more of them: whoever asked is told before they give up. */
const redeliveringMsMax = 20_000;

/** Steps of a recovery before the webhook may send in between. */
const stepsAtOnce = 10;

/** Pages of the table looked through for one page of a state that the table does not know. */
const pagesReadMax = 20;

export function makeDeliveries(options: DeliveriesOptions): Deliveries {
  const { store, sender, webhooks } = options;

  function publicOf(delivery: Delivery): PublicDelivery {
    const { state } = delivery;
    if (delivery.settledAt === null && sender.isSending(delivery.id))
      return { delivery, state: 'sending', nextAttemptAt: null };
    if (state === 'ready' || state === 'scheduled')
      return { delivery, state: 'waiting', nextAttemptAt: nextAttemptAt(delivery) };
    return { delivery, state: state === 'blocked' ? 'waiting' : state, nextAttemptAt: null };
  }

  /** Its own time, or that of the webhook's next request, be it a probe, where that is later. */
  function nextAttemptAt({ webhookId, dueAt }: Delivery): number | null {
    const { closedUntil } = sender.outlook(webhookId);
    return dueAt === null || closedUntil === null ? (dueAt ?? closedUntil) : Math.max(dueAt, closedUntil);
  }

  async function existing(accountId: AccountId, id: string): Promise<Delivery> {
    const delivery = await store.delivery(accountId, id);
    if (delivery === null) throw new AppError('delivery_not_found');
    return delivery;
  }

  /** A page of those whose public state is the one asked for. */
  async function readPage(
    read: (page: PageRequest) => Promise<Page<Delivery>>,
    asked: PublicDeliveryState | null,
    request: PageRequest,
  ): Promise<Page<PublicDelivery>> {
    const items: PublicDelivery[] = [];
    let { after } = request;
    for (let pages = 0; pages < pagesReadMax; pages++) {
      const limit = request.limit - items.length;
      const page = await read({ after, limit });
      items.push(...page.items.map(publicOf).filter(({ state }) => asked === null || state === asked));
      after = page.next;
      // A page that is short although there is more: the store has looked for long enough.
      if (after === null || items.length === request.limit || page.items.length < limit) break;
    }
    return { items, next: after };
  }

  /** Puts back the next ones while the webhook's sending rests. */
  function recoverSome(webhook: Webhook, from: RecoverStep): Promise<Recovered> {
    return options.reorder(webhook, async (rest) => {
      let count = 0;
      let after: string | null = from.after;
      for (let steps = 0; steps < stepsAtOnce; steps++) {
        const some: Recovered = await store.recover(webhook.id, { ...from, after }, rest);
        count += some.count;
        after = some.next;
        if (after === null) break;
      }
      return { count, next: after };
    });
  }

  async function sendAgain(accountId: AccountId, id: string): Promise<Attempt> {
    const delivery = await existing(accountId, id);
    const webhook = await webhooks.getAny(accountId, delivery.webhookId);
    if (!webhook.enabled) throw new AppError('webhook_disabled');
    const [event, data] = await Promise.all([
      store.event(accountId, delivery.eventId),
      store.body(accountId, delivery.eventId, delivery.version),
    ]);
    if (event === null || data === null) throw new AppError('delivery_not_found');
    return (await sender.redeliver({ delivery, event, data }, webhook)).attempt;
  }

  return {
    list(accountId, filter, request) {
      return readPage((page) => store.deliveries(accountId, filter, page), filter.state, request);
    },
    async get(accountId, id) {
      const delivery = await existing(accountId, id);
      const [data, attempts] = await Promise.all([
        store.body(accountId, delivery.eventId, delivery.version),
        store.attempts(accountId, delivery.id),
      ]);
      return { ...publicOf(delivery), data, attempts };
    },
    async redeliver(accountId, id) {
      const attempt = await sendAgain(accountId, id);
      const attempts = await store.attempts(accountId, id);
      return { attempt, number: attempts.findIndex((one) => one.id === attempt.id) + 1 };
    },
    async redeliverMany(accountId, filter, { dryRun, ...request }) {
      const { items, next } = await readPage(
        (page) => store.deliveriesFrom(accountId, filter, page),
        filter.state,
        request,
      );
      const result = { count: 0, sent: 0, accepted: 0, skipped: 0 };
      if (dryRun) return { ...result, count: items.length, next };

      const until = options.clock.monotonic() + redeliveringMsMax;
      const parcels = new Map<string, Promise<void>>();
      let begun: string | null = null;

      const send = async (id: string): Promise<void> => {
        try {
          const { verdict } = await sendAgain(accountId, id);
          result.sent++;
          if (verdict === 'accepted') result.accepted++;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          result.skipped++;
        }
      };
      const work = async (): Promise<void> => {
        for (let one = items[result.count]; one !== undefined; one = items[result.count]) {
          if (options.clock.monotonic() >= until) return;
          const { id } = one.delivery;
          const parcel = parcelOf(one.delivery);
          result.count++;
          begun = id;
          if (one.state === 'sending') {
            result.skipped++;
            continue;
          }
          const earlier = parcels.get(parcel) ?? Promise.resolve();
          const sent = earlier.then(() => send(id));
          parcels.set(parcel, sent);
          await sent;
        }
      };
      await Promise.all(Array.from({ length: redeliveredAtOnce }, work));
      return { ...result, next: result.count < items.length ? begun : next };
    },
    async test(account, webhookId, status) {
      const webhook = await webhooks.get(account.id, webhookId);
      const owed = sampleDelivery(webhook, { status, account, ids: options.ids, now: options.clock.now() });
      let body = '';
      const door: AttemptTools['door'] = {
        exchange(request) {
          body = request.body;
          return options.door.exchange(request);
        },
      };
      const order = { owed, webhook, account, cause: 'redeliver' } as const;
      const { settlement } = await makeAttempt(order, { ...options, door });
      return { attempt: settlement.attempt, body };
    },
    preview: (account, said) => previewRequest({ account, ...said }, options),
    async recover(accountId, webhookId, { dryRun, limit, ...from }) {
      const webhook = await webhooks.getAny(accountId, webhookId);
      if (!dryRun && !webhook.enabled) throw new AppError('webhook_disabled');
      // Nobody is to rest for a stretch in which nothing is parked.
      const someFrom = async (step: RecoverStep) => {
        const found = await store.recoverable(webhook.id, step);
        return dryRun || found.count === 0 ? found : recoverSome(webhook, step);
      };
      let { count, next } = await someFrom(from);
      while (next !== null && count < (limit ?? Number.POSITIVE_INFINITY)) {
        const some = await someFrom({ ...from, after: next });
        count += some.count;
        next = some.next;
      }
      return { count, next };
    },
  };
}
