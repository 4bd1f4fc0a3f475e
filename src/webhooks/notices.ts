/**
 * From news of the sending to what is written of it: the operational event, and a delivery to every webhook of the account
 * that selected it, as `tracking/ingest.ts` does it for parcels.
 */
import type { Ids } from '../base/id.ts';
import { newDelivery } from '../domain/delivery.ts';
import { type OperationalEvent, type OperationalNews, seenOf } from '../domain/operationalEvent.ts';
import type { Webhook } from '../domain/webhook.ts';
import { hears } from '../pipeline/trigger.ts';
import type { Notice, Settlement } from '../store/store.ts';

export interface NoticeSource {
  readonly news: OperationalNews;
  /** The webhook that it is about. */
  readonly about: Webhook;
  /** All of its account. */
  readonly webhooks: readonly Webhook[];
  readonly ids: Ids;
  readonly now: number;
}

/** To be called right before the write, since the log is read in the order of ids. */
export function noticeOf({ news, about, webhooks, ids, now }: NoticeSource): Notice {
  const { accountId } = about;
  const eventId = ids.next('evt');
  const ofNoParcel = { trackingId: null, number: null, revision: null };
  const deliveries = listenersTo(news.kind, about, webhooks).map((webhook) =>
    newDelivery(webhook, { id: ids.next('dlv'), accountId, eventId, ...ofNoParcel, createdAt: now }),
  );
  const event: OperationalEvent = {
    id: eventId,
    accountId,
    webhook: seenOf(about),
    deliveryIds: deliveries.map(({ id }) => id),
    createdAt: now,
    ...news,
  };
  return { event, deliveries };
}

function listenersTo(
  kind: OperationalNews['kind'],
  about: Webhook,
  webhooks: readonly Webhook[],
): readonly Webhook[] {
  return webhooks.filter((webhook) => hears(webhook, { kind, about: about.id }));
}

/**
 * What tells that a settlement parks its delivery; null where it does not, where that carries an operational event itself, and
 * where nobody asked to hear of it. The other kinds are written in any case, but those are a handful. Of these there can be as
 * many as of deliveries, each is in the list of deliveries already with its attempts, and whoever polls the log for news of
 * parcels would have to read past all of them. The store settles 27 thousand parkings a second, and 15 thousand with their
 * notices (250 a transaction, two cores), so a burst that is told holds nobody up.
 */
export function parkingNotice(settlement: Settlement, source: Omit<NoticeSource, 'news'>): Notice | null {
  const { attempt, delivery, next } = settlement;
  const { trackingId, number, revision } = delivery;
  if (next?.state !== 'parked' || trackingId === null || number === null || revision === null) return null;
  if (listenersTo('delivery.parked', source.about, source.webhooks).length === 0) return null;
  const { exchange, reason } = attempt;
  const status = exchange.kind === 'response' ? exchange.status : null;
  const { id, eventId } = delivery;
  const parked = { id, eventId, trackingId, number, revision, attempts: next.attempts, status, reason };
  return noticeOf({ ...source, news: { kind: 'delivery.parked', delivery: parked } });
}
