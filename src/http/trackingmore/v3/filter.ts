/** The parameters of `get`, `count` and `status`. Clients that are typed send 0 for the numbers that they do not say. */
import type { Account } from '../../../domain/account.ts';
import { limits } from '../../../domain/limits.ts';
import { isStatus, type Status } from '../../../domain/status.ts';
import { anyTracking, type TrackingFilter } from '../../../store/store.ts';
import type { PageOf } from '../../../tracking/pages.ts';
import { listIn, type Members, malformed, momentIn, textIn, wholeNumberIn } from '../said.ts';
import { Refusal } from '../skin.ts';
import { courierIn, isArchivedIn, numberIn } from './fields.ts';

/** What lists cannot be narrowed by here. Leaving it out of account would answer with parcels that were not asked for. */
const unsupported = ['shipping_date_min', 'shipping_date_max'] as const;

/** @throws AppError, Refusal 411, 413 */
export function filterIn(query: Members, { timeZone }: Pick<Account, 'timeZone'>): TrackingFilter {
  const refused = unsupported.find((name) => isSaid(query, name));
  if (refused !== undefined) throw malformed(refused);
  const moment = (...names: readonly string[]) => {
    const name = names.find((one) => isSaid(query, one));
    return name === undefined ? null : momentIn(query, name, timeZone);
  };
  return {
    ...anyTracking,
    numbers: numbersIn(query),
    orderNumbers: fewIn(query, 'order_numbers'),
    courierCode: courierIn(query),
    statuses: statusesIn(query),
    archived: isArchivedIn(query),
    createdFrom: moment('created_date_min', 'created_at_min'),
    createdTo: moment('created_date_max', 'created_at_max'),
    updatedFrom: moment('updated_date_min', 'updated_at_min'),
    updatedTo: moment('updated_date_max', 'updated_at_max'),
  };
}

/** @throws AppError `body_invalid` */
export function pageIn(query: Members): Omit<PageOf, 'reader'> {
  const whole = (names: readonly string[], max: number) => {
    const name = names.find((one) => isSaid(query, one));
    return name === undefined ? null : wholeNumberIn(query, name, [1, max]);
  };
  return {
    number: whole(['pages_amount', 'page'], 1_000_000) ?? 1,
    size: whole(['items_amount', 'limit'], limits.numberedPageSizeMax) ?? limits.numberedPageSizeDefault,
  };
}

function isSaid(query: Members, name: string): boolean {
  const text = textIn(query, name);
  return text !== null && text.trim() !== '0';
}

function numbersIn(query: Members): readonly string[] | null {
  const numbers = fewIn(query, 'tracking_numbers') ?? fewIn(query, 'tracking_number');
  return numbers?.map((tracking_number) => numberIn({ tracking_number }).number) ?? null;
}

/** Null: not said. @throws Refusal 413 */
function fewIn(query: Members, name: string): readonly string[] | null {
  const few = listIn(query, name);
  if (few !== null && few.length > limits.trackingsPerCallMax) throw new Refusal(413);
  return few;
}

/** v3 counts what waits for the courier among those that are not found. */
function statusesIn(query: Members): readonly Status[] | null {
  const words = listIn(query, 'delivery_status');
  return (
    words?.flatMap((word): readonly Status[] => {
      const status = word.toLowerCase();
      if (!isStatus(status)) throw malformed('delivery_status');
      return status === 'notfound' ? ['notfound', 'inforeceived'] : [status];
    }) ?? null
  );
}
