/** A row that a queue is read by, in either store. */
import type { DeliveryRow, OwedRecord } from './records.ts';

/** What an attempt needs of the event, after the fifteen values of a `DeliveryRow`: event as `e`, delivery as `d`. */
export const bodyColumns = `e.document,
  case d.version when 'v2' then e.v2 when 'v3' then e.v3 when 'v4' then e.v4 else e.standard end`;

/**
 * A row of the fifteen values of a delivery, its event's document and the body in its version.
 * @throws Error when the event or its body is missing: what is owed is never pruned, so that is damage
 */
export function owedRecordOf(row: unknown, deliveryId: string): OwedRecord {
  const values = row as [...DeliveryRow, document: string, data: string | null] | undefined;
  const data = values?.[16] ?? null;
  if (values === undefined || data === null) {
    throw new Error(`The body of delivery ${deliveryId} is missing from the store.`);
  }
  return [values.slice(0, 15) as unknown as DeliveryRow, values[15], data];
}
