/** What all lists have in common on the command line: how many rows, and where to go on. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Page } from '../sdk/client.ts';
import { type Column, printJson, printTable } from './table.ts';
import { paint, print } from './terminal.ts';

export interface PageFlags {
  readonly limit: number;
  readonly cursor?: string;
}

export function withPaging(command: Command): Command {
  return command
    .option('--limit <N>', 'rows to show, 1 to 500', wholeNumber({ min: 1, max: 500 }), 50)
    .option('--cursor <CURSOR>', 'where to go on, as the end of the last list says');
}

export function pageOf({ limit, cursor }: PageFlags): { limit: number; cursor: string | undefined } {
  return { limit, cursor };
}

export function printPage<Row>(
  page: Page<Row>,
  { json, columns, none }: { json: boolean | undefined; columns: readonly Column<Row>[]; none: string },
): void {
  if (json) {
    printJson(page);
    return;
  }
  printTable(page.data, columns, page.next_cursor === null ? none : 'None among those looked at so far.');
  if (page.next_cursor !== null) print(paint.dim(`There is more: --cursor ${page.next_cursor}`));
}

/** For commander: a whole number within bounds, or a refusal that names them. */
export function wholeNumber({ min, max }: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  };
}

/** For commander: a number above zero, or a refusal that says so. */
export function positiveNumber(text: string): number {
  const number = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0) return number;
  throw new InvalidArgumentError('It is a number above 0, such as 10 or 0.5.');
}

/** For commander: an option that may be given several times. */
export function several(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
