/**
 * Rows of a table as updates for the server. What is surely no shipment is held back, with a fault that says why; what merely
 * looks wrong is told beforehand as a doubt and sent all the same, because the server judges. Row numbers are those of a
 * spreadsheet, where the first row is 1.
 */
import type { Courier } from '../../../src/sdk/couriers.ts';
import type { Update } from '../../../src/sdk/updates.ts';
import type { Field, Mapping } from './columns.ts';

/** Sent not at all: without a number, or with one that a spreadsheet has rounded. */
type Fault = 'noNumber' | 'rounded';
/** Sent, and perhaps refused. */
type Doubt = 'form' | 'courier' | 'country' | 'long' | 'again';

export interface Draft {
  readonly row: number;
  readonly update: Update;
  readonly fault: Fault | null;
  readonly doubt: Doubt | null;
}

/** As the server bounds them. */
const numberCharsMax = 50;
const fieldCharsMax = 500;

interface DraftsOf {
  readonly rows: readonly (readonly string[])[];
  readonly mapping: Mapping;
  readonly hasHeader: boolean;
  readonly couriers: readonly Courier[];
}

/** Empty rows are left out. */
export function draftsOf({ rows, mapping, hasHeader, couriers }: DraftsOf): readonly Draft[] {
  const codes = codesOf(couriers);
  const seen = new Set<string>();
  return rows.flatMap((cells, index) => {
    if ((hasHeader && index === 0) || cells.every((cell) => cell === '')) return [];
    const update = updateOf(cells, mapping, codes);
    const identity = `${folded(update.tracking_number)} ${update.courier_code ?? ''}`;
    const isAgain = seen.has(identity);
    seen.add(identity);
    const fault = faultOf(update.tracking_number);
    const doubt = fault === null ? doubtOf(update, codes, isAgain) : null;
    return [{ row: index + 1, update, fault, doubt }];
  });
}

function updateOf(cells: readonly string[], mapping: Mapping, codes: ReadonlyMap<string, string>): Update {
  const update: Partial<Record<Field, string>> & { tracking_number: string } = { tracking_number: '' };
  for (const [column, field] of mapping.entries()) {
    const cell = cells[column] ?? '';
    if (field === null || cell === '') continue;
    const isCourier = field === 'courier_code' || field === 'destination_courier_code';
    update[field] = isCourier ? (codes.get(cell.toLowerCase()) ?? cell) : unquoted(cell);
  }
  return update;
}

/** `="00123"` is how spreadsheets are made to keep a number as it is written. */
function unquoted(cell: string): string {
  return /^="(.*)"$/.exec(cell)?.[1] ?? cell;
}

function faultOf(number: string): Fault | null {
  if (number === '') return 'noNumber';
  return /^\d+([.,]\d+)?e\+\d+$/i.test(number) ? 'rounded' : null;
}

function doubtOf(update: Update, codes: ReadonlyMap<string, string>, isAgain: boolean): Doubt | null {
  const { tracking_number: number } = update;
  const isForm = /^[\p{L}\p{N} ._/:#+-]+$/u.test(number) && number.length <= numberCharsMax;
  if (!isForm || folded(number).length < 3) return 'form';
  const couriers = [update.courier_code, update.destination_courier_code];
  if (couriers.some((code) => code != null && codes.size > 0 && !codes.has(code))) return 'courier';
  const countries = [update.origin_country, update.destination_country];
  if (countries.some((code) => code != null && !/^[A-Za-z]{2}$/.test(code))) return 'country';
  if (Object.values(update).some((text) => typeof text === 'string' && text.length > fieldCharsMax))
    return 'long';
  return isAgain ? 'again' : null;
}

/** Couriers by code and by name, both in small letters. */
function codesOf(couriers: readonly Courier[]): ReadonlyMap<string, string> {
  return new Map([
    ...couriers.map(({ name, code }) => [name.toLowerCase(), code] as const),
    ...couriers.map(({ code }) => [code, code] as const),
  ]);
}

/** As numbers are compared. */
function folded(number: string): string {
  return number.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
}
