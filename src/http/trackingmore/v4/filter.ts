/** The query of `trackings/get`. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError, problem } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { anyTracking, type TrackingFilter } from '../../../store/store.ts';
import type { PageOf } from '../../../tracking/pages.ts';
import { momentIn, upperMomentIn } from '../moments.ts';
import { archivedIn, listIn, type Members, numberOf, statusesIn, textIn, wholeNumberIn } from '../said.ts';
import { Refusal } from '../skin.ts';

/** @throws AppError, Refusal 4103 */
export function filterIn(query: Members, { timeZone }: Pick<Account, 'timeZone'>): TrackingFilter {
  return {
    ...anyTracking,
    numbers: numbersIn(query),
    courierCode: courierIn(query),
    statuses: statusesIn(query, 'delivery_status'),
    archived: archivedIn(query, 'archived_status'),
    createdFrom: momentIn(query, 'created_date_min', timeZone),
    createdTo: upperMomentIn(query, 'created_date_max', timeZone),
    updatedFrom: momentIn(query, 'updated_date_min', timeZone),
    updatedTo: upperMomentIn(query, 'updated_date_max', timeZone),
  };
}

export function pageIn(query: Members): Omit<PageOf, 'reader'> {
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
