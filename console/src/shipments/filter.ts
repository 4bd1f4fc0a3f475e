/**
 * What narrows the list of shipments, as it stands in the address, as the API asks for it, and as a saved view keeps it. What
 * is not understood in an address is left out. Days are days in the account's zone.
 */
import type { Status } from '../../../src/sdk/status.ts';
import type { Attention } from '../../../src/sdk/trackings.ts';
import { wallTimeOf } from '../i18n/zone.ts';
import { endOfDay, isDay, startOfDay } from './days.ts';

export const statuses = [
  'pending',
  'notfound',
  'inforeceived',
  'transit',
  'pickup',
  'undelivered',
  'delivered',
  'exception',
  'expired',
] as const satisfies readonly Status[];

/** What somebody should look at, the worst first. */
export const attentions = [
  'exception',
  'failed_attempt',
  'returned',
  'stalled',
  'expired',
] as const satisfies readonly Attention[];

export interface Filter {
  readonly search?: string;
  /** With commas between them. */
  readonly status?: string;
  /** `any`, or some of the reasons with commas between them. */
  readonly attention?: string;
  readonly archived?: true;
  readonly courier?: string;
  /** `YYYY-MM-DD`, both inclusive. */
  readonly from?: string;
  readonly to?: string;
}

export function readFilter(said: Record<string, unknown>): Filter {
  const search = textOf(said.search);
  const status = listed(statuses, said.status);
  const attention = said.attention === 'any' ? 'any' : listed(attentions, said.attention);
  const courier = textOf(said.courier);
  const from = textOf(said.from);
  const to = textOf(said.to);
  return {
    ...(search === null ? {} : { search }),
    ...(status === null ? {} : { status }),
    ...(attention === null ? {} : { attention }),
    ...(attention === null && String(said.archived) === 'true' ? { archived: true } : {}),
    ...(courier === null ? {} : { courier }),
    ...(from !== null && isDay(from) ? { from } : {}),
    ...(to !== null && isDay(to) ? { to } : {}),
  };
}

/** Whether anything but the tab narrows the list. */
export function isNarrowed({ search, status, courier, from, to }: Filter): boolean {
  return [search, status, courier, from, to].some((one) => one !== undefined);
}

/** The parameters of `GET /trackings`. */
export function queryOf(filter: Filter, timeZone: string): Record<string, string> {
  const { search, status, attention, archived, courier, from, to } = filter;
  return {
    ...(search === undefined ? {} : { search }),
    ...(status === undefined ? {} : { status }),
    // What needs attention is never archived.
    ...(attention === undefined ? { archived: String(archived === true) } : { attention }),
    ...(courier === undefined ? {} : { courier_code: courier }),
    ...(from === undefined ? {} : { created_from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { created_to: endOfDay(to, timeZone) }),
  };
}

/** What a saved view shows; what the pages have no control for is left out. */
export function filterOf(query: Readonly<Record<string, string>>, timeZone: string): Filter {
  const day = (instant: string | undefined) =>
    instant === undefined || Number.isNaN(Date.parse(instant))
      ? undefined
      : wallTimeOf(instant, timeZone).slice(0, 10);
  return readFilter({
    search: query.search ?? query.tracking_number,
    status: query.status,
    attention: query.attention,
    archived: query.archived,
    courier: query.courier_code,
    from: day(query.created_from),
    to: day(query.created_to),
  });
}

/** The words of a comma list, in the order that is given here. */
export function wordsOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',');
}

function listed<Word extends string>(words: readonly Word[], said: unknown): string | null {
  const asked = typeof said === 'string' ? said.split(',').map((one) => one.trim()) : [];
  const known = words.filter((word) => asked.includes(word));
  return known.length === 0 ? null : known.join(',');
}

/** A number that stands alone in an address arrives as one. */
function textOf(said: unknown): string | null {
  const text = typeof said === 'number' ? String(said) : said;
  return typeof text === 'string' && text.trim() !== '' ? text : null;
}
