/** A row that a queue is read by, in either store. */
import { sharedColumns } from './deliveryRow.ts';
import type { DeliveryRow, OwedRecord } from './records.ts';

/** What an attempt needs of the event: event as `e`, delivery as `d`. */
export const bodyColumns = `e.document,
  case d.version when 'v2' then e.v2 when 'v3' then e.v3 when 'v4' then e.v4 else e.standard end`;

const deliveryColumns = sharedColumns.split(', ').map((name) => `d.${name}`);

/** The fifteen values of a `DeliveryRow` as long as it is owed, and that after them. */
export const owedRecordColumns = `${deliveryColumns.join(', ')}, d.due_at, null, ${bodyColumns}`;

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
