/** What became of each row that was sent, and the file in which one takes that along. */
import type { UpdateResult } from '../../../src/sdk/updates.ts';
import type { Draft } from './drafts.ts';

export const outcomes = ['created', 'updated', 'unchanged', 'refused', 'notSent'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Line {
  readonly row: number;
  readonly number: string;
  readonly outcome: Outcome;
  readonly trackingId: string | null;
  /** Why, in the server's words where it was the server; empty where all is well. */
  readonly message: string;
}

/** A new one has its first revision; one that was known has a later one. */
export function lineOf({ row, update }: Draft, result: UpdateResult | undefined): Line {
  const number = update.tracking_number;
  if (result === undefined) return { row, number, outcome: 'notSent', trackingId: null, message: '' };
  if (result.error !== undefined)
    return { row, number, outcome: 'refused', trackingId: null, message: result.error.message };
  const outcome = result.changed ? (result.revision === 1 ? 'created' : 'updated') : 'unchanged';
  const message = result.notes?.map((note) => note.message).join(' ') ?? '';
  return { row, number, outcome, trackingId: result.tracking_id, message };
}

export function countsOf(lines: readonly Line[]): Readonly<Record<Outcome, number>> {
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0, notSent: 0 };
  for (const { outcome } of lines) counts[outcome] += 1;
  return counts;
}

/** With a mark at the beginning by which spreadsheets know that it is UTF-8. */
export function csvOf(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return `\uFEFF${[head, ...lines].map((cells) => cells.map(cellOf).join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet takes a cell that begins so for a formula, and what is in it may have come from anybody. */
const formula = /^[=+\-@\t\r\n]|^[＝＋－＠]/;

function cellOf(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]|^\s|\s$|^'/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
