/** A filter of deliveries, applied to what is in memory: what a statement cannot be asked for, in either store. */
import type { Delivery } from '../domain/delivery.ts';
import type { ListOrder } from './page.ts';
import type { DeliveryFilter, PageRequest } from './store.ts';

export function isAsked(
  delivery: Delivery,
  { state, webhookId, createdFrom, createdTo }: DeliveryFilter,
): boolean {
  const isWaiting = delivery.settledAt === null && delivery.state !== 'parked';
  const isInState = state === 'waiting' || state === 'sending' ? isWaiting : delivery.state === state;
  return (
    (state === null || isInState) &&
    (webhookId === null || delivery.webhookId === webhookId) &&
    (createdFrom === null || delivery.createdAt >= createdFrom) &&
    (createdTo === null || delivery.createdAt <= createdTo)
  );
}

/** Those that lie on the page or behind it, in its order. */
export function inOrderAfter(
  deliveries: readonly Delivery[],
  after: PageRequest['after'],
  order: ListOrder,
): Delivery[] {
  return deliveries
    .filter(({ id }) => after === null || (order === 'asc' ? id > after : id < after))
    .sort((a, b) => (a.id < b.id === (order === 'asc') ? -1 : 1));
}
