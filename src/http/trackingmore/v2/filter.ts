/** What lists and counts are asked by. */
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { foldStatus, isStatus, STATUSES, type Status } from '../../../domain/status.ts';
import { anyTracking, type TrackingFilter } from '../../../store/store.ts';
import type { PageOf } from '../../../tracking/pages.ts';
import { readNumber } from '../../../tracking/readUpdate.ts';
import { listIn, type Members, malformed, momentIn, textIn, wholeNumberIn } from '../said.ts';
import { Refusal } from '../skin.ts';

/** In the order in which v2 counts them. */
export const statusesV2 = [
  ...(['pending', 'notfound', 'transit', 'pickup'] as const),
  ...(['delivered', 'undelivered', 'exception', 'expired'] as const),
];

/**
 * An upper bound means "until now" where it is not in the past, and clients say what their own clock shows: the filter would
 * be another one with every page.
 */
const nowMs = 60_000;

export interface Asking {
  readonly said: Members;
  readonly account: Pick<Account, 'timeZone'>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** @throws AppError, Refusal 202, 4033 */
export function filterIn(asking: Asking): TrackingFilter {
  const { said } = asking;
  return {
    ...periodIn(asking),
    numbers: numbersIn(said),
    orderIds: few(listIn(said, 'orders')),
    statuses: statusesIn(said),
    archived: archivedIn(said),
    updatedFrom: lowerBoundIn(asking, 'update_time_min'),
    updatedTo: upperBoundIn(asking, 'update_time_max'),
  };
}

/** When they were created. @throws AppError `body_invalid` also for an order's own time, by which nothing is found */
export function periodIn(asking: Asking): TrackingFilter {
  const isOfOrders =
    lowerBoundIn(asking, 'order_created_time_min') ?? upperBoundIn(asking, 'order_created_time_max');
  if (isOfOrders !== null) throw malformed('order_created_time');
  return {
    ...anyTracking,
    createdFrom: lowerBoundIn(asking, 'created_at_min'),
    createdTo: upperBoundIn(asking, 'created_at_max'),
  };
}

export function pageIn(said: Members): Omit<PageOf, 'reader'> {
  return {
    number: wholeNumberIn(said, 'page', [1, 1_000_000]) ?? 1,
    size: wholeNumberIn(said, 'limit', [1, limits.numberedPageSizeMax]) ?? limits.numberedPageSizeDefault,
  };
}

/** Those that look like this one to v2. */
export function meantBy(status: Status): readonly Status[] {
  return STATUSES.filter((one) => foldStatus('v2', one) === status);
}

/** No more than a call may name. @throws Refusal 202 */
export function few<T>(items: readonly T[] | null): readonly T[] | null {
  if (items !== null && items.length > limits.trackingsPerCallMax) throw new Refusal(202);
  return items;
}

function numbersIn(said: Members): readonly string[] | null {
  const numbers = few(listIn(said, 'numbers'))?.map((text) => {
    const number = readNumber(text);
    if (number === null) throw new AppError('number_invalid');
    return number;
  });
  return numbers ?? null;
}

function statusesIn(said: Members): readonly Status[] | null {
  const words = listIn(said, 'status')?.flatMap((word) => {
    const status = word.toLowerCase();
    if (!isStatus(status)) throw new Refusal(4033);
    return meantBy(foldStatus('v2', status));
  });
  return words ?? null;
}

/** Whatever else is said, both are meant. */
function archivedIn(said: Members): boolean | null {
  const { archived } = said;
  const word = typeof archived === 'boolean' ? String(archived) : textIn(said, 'archived');
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** Clients send 0 for what they do not say, and some of them fractions. */
function lowerBoundIn({ said, account }: Asking, name: string): number | null {
  const text = textIn(said, name)
    ?.trim()
    .replace(/^(\d+)\.\d+$/, '$1');
  return text === undefined || /^0+$/.test(text) ? null : momentIn({ [name]: text }, name, account.timeZone);
}

/** With the whole of its second. */
function upperBoundIn(asking: Asking, name: string): number | null {
  const at = lowerBoundIn(asking, name);
  if (at === null || at >= asking.now - nowMs) return null;
  return at % 1000 === 0 ? at + 999 : at;
}
