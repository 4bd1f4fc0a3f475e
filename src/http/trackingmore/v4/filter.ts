/** The query of `trackings/get`. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError, problem } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { anyTracking, type TrackingFilter } from '../../../store/store.ts';
import type { PageOf } from '../../../tracking/pages.ts';
import {
  archivedIn,
  listIn,
  type Members,
  momentIn,
  numberOf,
  statusesIn,
  textIn,
  wholeNumberIn,
} from '../said.ts';
import { Refusal } from '../skin.ts';

/** @throws AppError, Refusal 4103 */
export function filterIn(query: Members, { timeZone }: Pick<Account, 'timeZone'>): TrackingFilter {
  const moment = (name: string) => momentIn(query, name, timeZone);
  return {
    ...anyTracking,
    numbers: numbersIn(query),
    courierCode: courierIn(query),
    statuses: statusesIn(query, 'delivery_status'),
    archived: archivedIn(query, 'archived_status'),
    createdFrom: moment('created_date_min'),
    createdTo: moment('created_date_max'),
    updatedFrom: moment('updated_date_min'),
    updatedTo: moment('updated_date_max'),
  };
}

export function pageIn(query: Members): PageOf {
  return {
    number: wholeNumberIn(query, 'pages_amount', [1, 1_000_000]) ?? 1,
    size:
      wholeNumberIn(query, 'items_amount', [1, limits.numberedPageSizeMax]) ?? limits.numberedPageSizeDefault,
  };
}

function numbersIn(query: Members): readonly string[] | null {
  const numbers = listIn(query, 'tracking_numbers');
  if (numbers === null) return null;
  if (numbers.length > limits.trackingsPerCallMax) throw new Refusal(4103);
  return numbers.map(numberOf);
}

function courierIn(query: Members): string | null {
  const code = textIn(query, 'courier_code');
  if (code !== null && courierOf(code) === null) throw new AppError(problem('courier_unknown'));
  return code;
}
