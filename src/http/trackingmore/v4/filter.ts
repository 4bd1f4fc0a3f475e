/** The query of `trackings/get`. */
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError, problem } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { isStatus } from '../../../domain/status.ts';
import { anyTracking, type TrackingFilter } from '../../../store/store.ts';
import type { PageOf } from '../../../tracking/pages.ts';
import { readNumber } from '../../../tracking/readUpdate.ts';
import { listIn, type Members, malformed, momentIn, textIn, wholeNumberIn } from '../said.ts';
import { Refusal } from '../skin.ts';

const archivedWords: Readonly<Record<string, boolean>> = {
  ...{ archived: true, true: true, 1: true },
  ...{ tracking: false, false: false, 0: false },
};

/** @throws AppError, Refusal 4103 */
export function filterIn(query: Members, { timeZone }: Pick<Account, 'timeZone'>): TrackingFilter {
  const moment = (name: string) => momentIn(query, name, timeZone);
  return {
    ...anyTracking,
    numbers: numbersIn(query),
    courierCode: courierIn(query),
    statuses:
      listIn(query, 'delivery_status')?.map((word) => {
        const status = word.toLowerCase();
        if (!isStatus(status)) throw malformed('delivery_status');
        return status;
      }) ?? null,
    archived: archivedIn(query),
    createdFrom: moment('created_date_min'),
    createdTo: moment('created_date_max'),
    updatedFrom: moment('updated_date_min'),
    updatedTo: moment('updated_date_max'),
  };
}

export function pageIn(query: Members): Omit<PageOf, 'reader'> {
  return {
    number: wholeNumberIn(query, 'pages_amount', [1, 1_000_000]) ?? 1,
    size:
      wholeNumberIn(query, 'items_amount', [1, limits.numberedPageSizeMax]) ?? limits.numberedPageSizeDefault,
  };
}

/** Null: not said. @throws AppError `body_invalid` */
export function archivedIn(said: Members): boolean | null {
  const name = 'archived_status';
  // An update may say it as a truth value.
  const word =
    typeof said[name] === 'boolean' ? String(said[name]) : textIn(said, name)?.trim().toLowerCase();
  if (word === undefined) return null;
  if (!Object.hasOwn(archivedWords, word)) throw malformed(name);
  return archivedWords[word] as boolean;
}

function numbersIn(query: Members): readonly string[] | null {
  const numbers = listIn(query, 'tracking_numbers');
  if (numbers === null) return null;
  if (numbers.length > limits.trackingsPerCallMax) throw new Refusal(4103);
  return numbers.map((text) => {
    const number = readNumber(text);
    if (number === null) throw new AppError('number_invalid');
    return number;
  });
}

function courierIn(query: Members): string | null {
  const code = textIn(query, 'courier_code')?.trim() ?? null;
  if (code !== null && courierOf(code) === null) throw new AppError(problem('courier_unknown'));
  return code;
}
