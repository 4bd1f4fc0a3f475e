/**
 * Deliveries as people see and handle them: list, look at, send again, put back what was parked, and try a webhook out
 * with a sample. `sending` is known to the sender alone: in the store such a delivery is ready like any that waits.
 */
import type { Ids } from '../base/id.ts';
import { courierOf } from '../couriers/catalogue.ts';
import type { Account } from '../domain/account.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Delivery, PublicDeliveryState } from '../domain/delivery.ts';
import { AppError } from '../domain/error.ts';
import type { TrackingEvent } from '../domain/event.ts';
import type { Page } from '../domain/page.ts';
import { PLAIN_SUBSTATUS, pendingState, type Status, SUBSTATUSES } from '../domain/status.ts';
import { noFields } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import type {
  AccountId,
  DeliveryFilter,
  DeliveryStore,
  EventStore,
  OwedDelivery,
  PageRequest,
} from '../store/store.ts';
import { renderData } from '../wire/data.ts';
import type { Rendering } from '../wire/rendering.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import type { Sender } from './sender.ts';
import type { Webhooks } from './webhooks.ts';

export interface PublicDelivery {
  readonly delivery: Delivery;
  readonly state: PublicDeliveryState;
}

export interface DeliveryDetails extends PublicDelivery {
  /** The same bytes in every attempt; null once it is older than the retention. */
  readonly data: string | null;
  readonly attempts: readonly Attempt[];
}

export interface RedeliveredPage {
  readonly sent: number;
  readonly accepted: number;
  readonly skipped: number;
  readonly next: string | null;
}

export interface Deliveries {
  list(accountId: AccountId, filter: DeliveryFilter, page: PageRequest): Promise<Page<PublicDelivery>>;
  /** @throws AppError `delivery_not_found` */
  get(accountId: AccountId, id: string): Promise<DeliveryDetails>;
  /** Sends now, whatever its state and out of order. @throws AppError `delivery_not_found`, `webhook_not_found`, `webhook_disabled` */
  redeliver(accountId: AccountId, id: string): Promise<Attempt>;
  /**
   * Sends a page of them again now, whatever their state and out of order. Those of a webhook that is disabled or gone, or
   * whose body is not kept any more, are skipped. `next` is where to go on.
   */
  redeliverMany(accountId: AccountId, filter: DeliveryFilter, page: PageRequest): Promise<RedeliveredPage>;
  /** Sends a sample now; nothing of it is kept. @throws AppError `webhook_not_found` */
  test(
    account: Account,
    webhookId: string,
    status: Status,
  ): Promise<{ readonly attempt: Attempt; readonly body: string }>;
  /** Puts parked deliveries back, or only counts them. @throws AppError `webhook_not_found`, `webhook_disabled` */
  recover(
    accountId: AccountId,
    webhookId: string,
    options: { readonly since: number; readonly dryRun: boolean },
  ): Promise<number>;
}

export interface DeliveriesOptions extends AttemptTools {
  readonly store: Pick<DeliveryStore, 'delivery' | 'deliveries' | 'attempts' | 'recover' | 'parkedCount'> &
    Pick<EventStore, 'event' | 'body'>;
  readonly sender: Pick<Sender, 'isSending' | 'redeliver' | 'reorder'>;
  readonly webhooks: Pick<Webhooks, 'get'>;
}

/** Of one call, beside what the sender has under way. */
const redeliveredAtOnce = 8;

/** Pages of the table looked through for one page of a state that the table does not know. */
const pagesReadMax = 20;

export function makeDeliveries(options: DeliveriesOptions): Deliveries {
  const { store, sender, webhooks } = options;

  function publicOf(delivery: Delivery): PublicDelivery {
    const { state } = delivery;
    if (delivery.settledAt === null && sender.isSending(delivery.id)) return { delivery, state: 'sending' };
    return {
      delivery,
      state: state === 'ready' || state === 'scheduled' || state === 'blocked' ? 'waiting' : state,
    };
  }

  async function existing(accountId: AccountId, id: string): Promise<Delivery> {
    const delivery = await store.delivery(accountId, id);
    if (delivery === null) throw new AppError('delivery_not_found');
    return delivery;
  }

  return {
    async list(accountId, filter, request) {
      const items: PublicDelivery[] = [];
      let { after } = request;
      for (let read = 0; read < pagesReadMax; read++) {
        const limit = request.limit - items.length;
        const page = await store.deliveries(accountId, filter, { after, limit });
        const found = page.items.map(publicOf);
        items.push(...found.filter(({ state }) => filter.state === null || state === filter.state));
        after = page.next;
        if (after === null || items.length === request.limit) break;
      }
      return { items, next: after };
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
      const delivery = await existing(accountId, id);
      const webhook = await webhooks.get(accountId, delivery.webhookId);
      if (!webhook.enabled) throw new AppError('webhook_disabled');
      const [event, data] = await Promise.all([
        store.event(accountId, delivery.eventId),
        store.body(accountId, delivery.eventId, delivery.version),
      ]);
      if (event === null || data === null) throw new AppError('delivery_not_found');
      return (await sender.redeliver({ delivery, event, data }, webhook)).attempt;
    },
    async redeliverMany(accountId, filter, request) {
      const { items, next } = await this.list(accountId, filter, request);
      const count = { sent: 0, accepted: 0, skipped: 0 };
      const waiting = items.filter(({ state }) => state !== 'sending').map(({ delivery }) => delivery.id);
      const work = async (): Promise<void> => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          try {
            const { verdict } = await this.redeliver(accountId, id);
            count.sent++;
            if (verdict === 'accepted') count.accepted++;
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            count.skipped++;
          }
        }
      };
      await Promise.all(Array.from({ length: redeliveredAtOnce }, work));
      return { ...count, next };
    },
    async test(account, webhookId, status) {
      const webhook = await webhooks.get(account.id, webhookId);
      const owed = sampleOf(webhook, { status, account, ids: options.ids, now: options.clock.now() });
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
    async recover(accountId, webhookId, { since, dryRun }) {
      const webhook = await webhooks.get(accountId, webhookId);
      if (dryRun) return store.parkedCount(webhook.id, since);
      if (!webhook.enabled) throw new AppError('webhook_disabled');
      return sender.reorder(webhook.id, () => store.recover(webhook.id, since));
    },
  };
}

const hourMs = 3_600_000;

interface Sample {
  readonly status: Status;
  readonly account: Account;
  readonly ids: Ids;
  readonly now: number;
}

/** What a webhook would be owed by a parcel from China to Sweden that has just come into the status. */
function sampleOf(webhook: Webhook, { status, account, ids, now }: Sample): OwedDelivery {
  const event: TrackingEvent = {
    id: ids.next('evt'),
    accountId: account.id,
    trackingId: ids.next('trk'),
    number: 'LX203960974CN',
    revision: 1,
    kind: 'status',
    from: pendingState,
    to: { status, substatus: PLAIN_SUBSTATUS[status] },
    added: 2,
    late: 0,
    previousId: null,
    deliveryIds: [],
    courierCode: 'china-ems',
    destinationCourierCode: 'sweden-posten',
    fields: { ...noFields, title: 'A sample', originCountry: 'CN', destinationCountry: 'SE' },
    createdAt: now,
  };
  const { id: eventId, accountId, trackingId, number, revision } = event;
  const { id: webhookId, version, ordered } = webhook;
  const delivery: Delivery = {
    ...{ id: ids.next('dlv'), accountId, webhookId, eventId, trackingId, number, revision, version, ordered },
    ...{ state: 'ready', attempts: 0, dueAt: null, createdAt: now, settledAt: null },
  };
  return { delivery, event, data: renderData(version, sampleRendering(event, account)) };
}

function sampleRendering(event: TrackingEvent, { timeZone }: Account): Rendering {
  const { to: state, createdAt: now } = event;
  const deciding = sampleCheckpoint({
    ...state,
    side: 'destination',
    at: now - hourMs,
    description: SUBSTATUSES[state.substatus],
    location: 'Stockholm',
  });
  const first = sampleCheckpoint({
    status: 'transit',
    substatus: 'transit001',
    side: 'origin',
    at: now - 72 * hourMs,
    description: 'Posting',
    location: 'Shanghai',
  });
  return {
    ...event,
    origin: courierOf('china-ems'),
    destination: courierOf('sweden-posten'),
    state,
    statusChanged: true,
    checkpoints: [deciding, first],
    deciding,
    createdAt: now - 96 * hourMs,
    updatedAt: now,
    timeZone,
  };
}

type Said = Pick<Checkpoint, 'status' | 'substatus' | 'side' | 'at' | 'description' | 'location'>;

function sampleCheckpoint(said: Said): Checkpoint {
  return {
    ...said,
    sourceId: null,
    version: 0,
    wall: new Date(said.at).toISOString().slice(0, 16).replace('T', ' '),
    precision: 'minute',
    offsetMinutes: null,
    code: null,
    stated: true,
    source: 'sandbox',
    position: 0,
    ahead: false,
    addedIn: 1,
    replacedIn: null,
  };
}
