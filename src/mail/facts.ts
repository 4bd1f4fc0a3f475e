/**
 * What a letter about a parcel is written from: the `data` that was stored with the event, in the standard version, which is
 * the same whenever it is written. What was erased of it since is null.
 */
import type { TrackingEvent } from '../domain/event.ts';

export interface ParcelFacts {
  readonly trackingId: string;
  readonly number: string;
  /** Of who delivers it, else of who took it over; null: not known. */
  readonly courier: string | null;
  readonly title: string | null;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
  /** The checkpoint that decided the status; null: none did. */
  readonly latest: LatestNews | null;
}

export interface LatestNews {
  /** As the courier reported it, in its words. */
  readonly description: string | null;
  readonly location: string | null;
  /** Wall time there: `2026-03-01T14:05`, or the day alone. */
  readonly time: string | null;
}

export function parcelFacts(data: string, event: Pick<TrackingEvent, 'fields'>): ParcelFacts {
  const said = objectOf(JSON.parse(data));
  const [courier, destination] = [objectOf(said.courier), objectOf(said.destination_courier)];
  const latest = said.latest_checkpoint == null ? null : objectOf(said.latest_checkpoint);
  return {
    trackingId: textOf(said.id) ?? '',
    number: textOf(said.tracking_number) ?? '',
    courier: nameOf(destination) ?? nameOf(courier),
    title: textOf(said.title),
    orderId: textOf(said.order_id),
    // Not in the standard body.
    orderNumber: event.fields.orderNumber,
    customerName: textOf(said.customer_name),
    customerEmail: textOf(said.customer_email),
    latest: latest && {
      description: textOf(latest.description),
      location: textOf(latest.location),
      time: textOf(latest.time),
    },
  };
}

function nameOf(courier: Readonly<Record<string, unknown>>): string | null {
  return textOf(courier.name) ?? textOf(courier.code);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
