/** A row that a queue is read by, in either store. */
import type { DeliveryRow, OwedRecord } from './records.ts';

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
