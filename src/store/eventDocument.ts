/**
 * An event as one JSON text: what has no column of its own. A tuple, not an object: half the bytes. Operational events are
 * few and of several shapes, so theirs is their ids and an object. Both stores keep it.
 */
import { type AnyEvent, isOperational } from '../domain/event.ts';
import type { OperationalEvent } from '../domain/operationalEvent.ts';
import { decodeFields, decodeState, encodeFields, encodeState } from './trackingDocument.ts';

/** Raise it with every change of form, and teach `decodeEvent` the older one. The fields go as in a tracking's. */
const form = 3;
const operationalForm = 2;

export function encodeEvent(event: AnyEvent): string {
  if (isOperational(event)) return encodeOperational(event);
  return JSON.stringify([
    form,
    event.trackingId,
    event.number,
    event.revision,
    event.kind,
    encodeState(event.from),
    encodeState(event.to),
    event.added,
    event.late,
    event.courierCode,
    event.destinationCourierCode,
    encodeFields(event.fields),
    event.previousId,
    event.deliveryIds,
    event.createdAt,
  ]);
}

function encodeOperational({ id, accountId, deliveryIds, ...told }: OperationalEvent): string {
  return JSON.stringify([operationalForm, deliveryIds, told]);
}

const previousIdAt = 12;
const deliveryIdsAt = 13;

/** The event of the same tracking before it; null: it is the first. */
export function previousIdOf(document: string): string | null {
  return JSON.parse(document)[previousIdAt];
}

/** Of every delivery that the event has owed. */
export function deliveryIdsOf(document: string): readonly string[] {
  return idsIn(JSON.parse(document));
}

/** The document with one more delivery. */
export function withDelivery(document: string, deliveryId: string): string {
  const parts = JSON.parse(document);
  idsIn(parts).push(deliveryId);
  return JSON.stringify(parts);
}

/** @param columns the driver's own of the same row */
export function decodeEvent(columns: Pick<AnyEvent, 'accountId' | 'id'>, document: string): AnyEvent {
  const parts = JSON.parse(document);
  if (parts[0] === operationalForm)
    return { id: columns.id, accountId: columns.accountId, deliveryIds: parts[1], ...parts[2] };
  return {
    id: columns.id,
    accountId: columns.accountId,
    trackingId: parts[1],
    number: parts[2],
    revision: parts[3],
    kind: parts[4],
    from: decodeState(parts[5]),
    to: decodeState(parts[6]),
    added: parts[7],
    late: parts[8],
    courierCode: parts[9],
    destinationCourierCode: parts[10],
    fields: decodeFields(parts[11]),
    previousId: parts[previousIdAt],
    deliveryIds: parts[deliveryIdsAt],
    createdAt: parts[14],
  };
}

function idsIn(parts: readonly unknown[]): string[] {
  return parts[parts[0] === operationalForm ? 1 : deliveryIdsAt] as string[];
}
