/** What finding and erasing people reads and writes of rows, alike in both stores. */
import { isOperational } from '../domain/event.ts';
import type { WebhookVersion } from '../domain/status.ts';
import { decodeEvent, encodeEvent } from './eventDocument.ts';
import type { FieldsOf, StoredEvent } from './store.ts';

/** Where the fields stand in a tracking's document, and in an event's. */
export const trackingFieldsAt = 3;
export const eventFieldsAt = 11;

/** Null: an event of the sending, which has none. */
export type FieldsRow = [id: string, fields: string | null];

export function fieldsOf(rows: readonly FieldsRow[]): readonly FieldsOf[] {
  return rows.flatMap(([id, fields]) => (fields === null ? [] : [{ id, fields: JSON.parse(fields) }]));
}

export type StoredEventRow = [
  document: string,
  v2: string | null,
  v3: string | null,
  v4: string | null,
  standard: string | null,
];

const versions: readonly WebhookVersion[] = ['v2', 'v3', 'v4', 'standard'];

export function storedEventOf(
  columns: Pick<StoredEvent['event'], 'accountId' | 'id'>,
  [document, ...bodies]: StoredEventRow,
): StoredEvent | null {
  const event = decodeEvent(columns, document);
  if (isOperational(event)) return null;
  return {
    document,
    event,
    bodies: versions.flatMap((version, at) => {
      const data = bodies[at] ?? null;
      return data === null ? [] : [{ version, data }];
    }),
  };
}

export function rowOfStoredEvent({ event, bodies }: Pick<StoredEvent, 'event' | 'bodies'>): StoredEventRow {
  const data = (version: WebhookVersion) => bodies.find((body) => body.version === version)?.data ?? null;
  return [encodeEvent(event), data('v2'), data('v3'), data('v4'), data('standard')];
}
