/** The port over a record store, wherever that runs: objects are taken apart on the way in, and put together on the way out. */
import type { Delivery, DeliveryState } from '../domain/delivery.ts';
import type { AnyEvent } from '../domain/event.ts';
import type { WebhookVersion } from '../domain/status.ts';
import { attemptOf, rowOfAttempt } from './attemptRow.ts';
import { deliveryOf, rowOfDelivery } from './deliveryRow.ts';
import { decodeEvent, encodeEvent } from './eventDocument.ts';
import type {
  ChangeRecord,
  ChangeResult,
  EventRow,
  OwedRecord,
  RecordStore,
  SettledRecord,
  SettlementNotice,
  SettlementRecord,
} from './records.ts';
import type { CommitResult, OwedDelivery, Settled, Settlement, Store, TrackingCommit } from './store.ts';
import { termsOf } from './terms.ts';
import { rowOfTracking, trackingOf } from './trackingRow.ts';

export function overRecords(records: RecordStore): Store {
  return {
    ...records,
    async load(keys) {
      return (await records.load(keys)).map((rows) => rows.map(trackingOf));
    },
    async commit({ trackings, answers, heard, now }) {
      const changes = trackings.map((change) => recordOfChange(change, now));
      const results = await records.commit(changes, answers, heard);
      return results.map((result, index) => resultOf(trackings[index] as TrackingCommit, result));
    },
    async tracking(accountId, id, options) {
      const record = await records.tracking(accountId, id, options);
      return record && trackingOf(record);
    },
    async trackings(accountId, filter, page) {
      const { items, next } = await records.trackings(accountId, filter, page);
      return { items: items.map(trackingOf), next };
    },
    async duePolls(before, limit, shards) {
      return (await records.duePolls(before, limit, shards)).map(trackingOf);
    },
    async dueExpiries(newsBefore, page, newsFrom) {
      const { items, next } = await records.dueExpiries(newsBefore, page, newsFrom);
      return { items: items.map(trackingOf), next };
    },
    async everyTracking(page) {
      const { items, next } = await records.everyTracking(page);
      return { items: items.map(trackingOf), next };
    },
    async setTerms(trackings, now) {
      if (trackings.length === 0) return 0;
      return records.setTerms(
        trackings.map((tracking) => [
          tracking.accountId,
          tracking.id,
          tracking.writes,
          termsOf(tracking, now),
        ]),
      );
    },
    async events(accountId, page) {
      const rows = await records.events(accountId, page);
      return rows.map(([id, document]) => decodeEvent({ accountId, id: id as AnyEvent['id'] }, document));
    },
    async event(accountId, id) {
      const document = await records.event(accountId, id);
      return document === null ? null : decodeEvent({ accountId, id: id as AnyEvent['id'] }, document);
    },
    async settle(settlements) {
      const settled = await records.settle(settlements.map(recordOfSettlement), noticesOf(settlements));
      return settled.map((one) => (typeof one !== 'string' && 'failed' in one ? one : settledOf(one)));
    },
    replay(replays, rest) {
      return records.replay(
        replays.map(({ delivery, data }) => [rowOfDelivery(delivery), data]),
        rest,
      );
    },
    async queue(webhookId, after, bounds, shards) {
      const { rows, more } = await records.queue(webhookId, after, bounds, shards);
      return { rows: rows.map(owedOf), more };
    },
    async heads(deliveries) {
      return (await records.heads(deliveries)).map(owedOf);
    },
    async attempts(accountId, deliveryId) {
      return (await records.attempts(accountId, deliveryId)).map(attemptOf);
    },
    async updateWebhook(webhook, notice, heard) {
      return (await records.updateWebhook(webhook, notice, heard)).map(owedOf);
    },
  };
}

function recordOfChange(
  { tracking, expectedWrites, events, bodies, deliveries }: TrackingCommit,
  now = tracking.updatedAt,
): ChangeRecord {
  // Nearly always there is one; a thousand updates may be of one parcel though.
  const bodiesOf = events.length > 1 ? Map.groupBy(bodies, ({ eventId }) => eventId) : null;
  const rows = events.map((event): EventRow => {
    const own = bodiesOf === null ? bodies : (bodiesOf.get(event.id) ?? []);
    const data = (version: WebhookVersion) => own.find((body) => body.version === version)?.data ?? null;
    const { accountId, id } = event;
    return [accountId, id, encodeEvent(event), data('v2'), data('v3'), data('v4'), data('standard')];
  });
  return [rowOfTracking(tracking, now), expectedWrites, rows, deliveries.map(rowOfDelivery)];
}

function resultOf({ deliveries }: TrackingCommit, result: ChangeResult): CommitResult {
  if (result === 'conflict' || result === 'outdated') return { kind: result };
  if ('failed' in result) return { kind: 'failed', message: result.failed };
  return {
    kind: 'committed',
    deliveries: deliveries.map((delivery, index) => placed(delivery, result[index] as DeliveryState)),
  };
}

/** A delivery as the store has placed it; one whose webhook is gone was cancelled as soon as it was made. */
function placed(delivery: Delivery, state: DeliveryState): Delivery {
  if (state === delivery.state) return delivery;
  return { ...delivery, state, settledAt: state === 'cancelled' ? delivery.createdAt : null };
}

function recordOfSettlement({ attempt, delivery, next, epoch }: Settlement): SettlementRecord {
  return [
    rowOfAttempt(attempt),
    delivery.trackingId,
    delivery.ordered,
    next && [next.state, next.attempts, next.dueAt, next.settledAt],
    epoch,
  ];
}

function noticesOf(settlements: readonly Settlement[]): SettlementNotice[] {
  return settlements.flatMap(({ notice }, index) => (notice === null ? [] : [[index, notice] as const]));
}

const nobodyTold: readonly OwedDelivery[] = [];
const staleSettled: Settled = { applied: false, stale: true, released: null, told: nobodyTold };

function settledOf(record: SettledRecord): Settled {
  if (record === 'stale') return staleSettled;
  const [applied, released, told] = record;
  return {
    applied,
    stale: false,
    released: released && owedOf(released),
    told: told?.map(owedOf) ?? nobodyTold,
  };
}

function owedOf([row, document, data]: OwedRecord): OwedDelivery {
  const delivery = deliveryOf(row);
  const { accountId, eventId: id } = delivery;
  return { delivery, event: decodeEvent({ accountId, id }, document), data };
}
