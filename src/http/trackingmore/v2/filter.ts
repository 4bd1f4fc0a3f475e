/** What lists and counts are asked by. */
import type { Account } from '../../../domain/account.ts';
import { limits } from '../../../domain/limits.ts';
import { foldStatus, STATUSES, type Status } from '../../../domain/status.ts';
import { anyTracking, type TrackingFilter } from '../../../store/store.ts';
import type { PageOf } from '../../../tracking/pages.ts';
import { momentIn, upperMomentIn } from '../moments.ts';
import { listIn, type Members, malformed, numberOf, statusesIn, textIn, wholeNumberIn } from '../said.ts';
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

/** @throws AppError, Refusal 202 */
export function filterIn(asking: Asking): TrackingFilter {
  const { said } = asking;
  return {
    ...periodIn(asking),
    numbers: numbersIn(said),
    orderIds: ordersIn(said),
    statuses: meantIn(said),
    archived: archivedAskedIn(said),
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
export function few<Items extends readonly unknown[] | null>(items: Items): Items {
  if (items !== null && items.length > limits.trackingsPerCallMax) throw new Refusal(202);
  return items;
}

function numbersIn(said: Members): readonly string[] | null {
  return few(listIn(said, 'numbers'))?.map(numberOf) ?? null;
}

/** No order is longer. */
function ordersIn(said: Members): readonly string[] | null {
  const orders = few(listIn(said, 'orders'));
  if (orders?.some(({ length }) => length > limits.fieldCharsMax)) throw malformed('orders');
  return orders;
}

function meantIn(said: Members): readonly Status[] | null {
  const folded = statusesIn(said, 'status')?.map((status) => foldStatus('v2', status));
  return folded === undefined ? null : [...new Set(folded)].flatMap(meantBy);
}

/** Whatever else is said, both are meant. */
function archivedAskedIn(said: Members): boolean | null {
  const { archived } = said;
  const word = typeof archived === 'boolean' ? String(archived) : textIn(said, 'archived');
  return word === 'true' ? true : word === 'false' ? false : null;
}

function lowerBoundIn({ said, account }: Asking, name: string): number | null {
  return momentIn(boundIn(said, name), name, account.timeZone);
}

function upperBoundIn({ said, account, now }: Asking, name: string): number | null {
  const at = upperMomentIn(boundIn(said, name), name, account.timeZone);
  return at === null || at >= now - nowMs ? null : at;
}

/** Clients send 0 for what they do not say, and some of them fractions. */
function boundIn(said: Members, name: string): Members {
  const text = textIn(said, name)?.replace(/^(\d+)\.\d+$/, '$1') ?? '';
  return { [name]: text.replace(/^0+$/, '') };
}
