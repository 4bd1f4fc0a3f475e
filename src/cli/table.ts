/** Rows as a table for a terminal: columns aligned by what is seen, not by the number of characters. */
import { stripVTControlCharacters } from 'node:util';
import { cleanText } from '../normalise/text.ts';
import { paint, print } from './terminal.ts';

/** A column: its heading, and what a row shows in it. Text is cleaned; null and undefined are a dash. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string | number | boolean | null | undefined;
  /** Shown in full, however long; for a last column. */
  readonly whole?: boolean;
  /** Colours the finished cell. */
  readonly paint?: (text: string, row: Row) => string;
}

/** A cell longer than this is cut: a title of 500 characters would hide the rest of its row. */
const cellCharsMax = 60;
const wholeCharsMax = 2000;

export function printTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], none: string): void {
  if (rows.length === 0) print(paint.dim(none));
  else for (const line of tableLines(rows, columns)) print(line);
}

export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const texts = rows.map((row) =>
    columns.map(({ cell, whole }) => shown(cell(row), whole ? wholeCharsMax : cellCharsMax)),
  );
  const widths = columns.map(({ heading }, index) =>
    Math.max(...[heading, ...texts.map((cells) => cells[index] ?? '')].map(widthOf)),
  );
  const pad = (text: string, index: number) =>
    text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
  const headings = columns
    .map(({ heading }, index) => pad(heading, index))
    .join('  ')
    .trimEnd();
  const body = rows.map((row, at) =>
    columns
      .map((column, index) => {
        const text = texts[at]?.[index] ?? '';
        const padded = index === columns.length - 1 ? text : pad(text, index);
        return column.paint === undefined ? padded : column.paint(padded, row);
      })
      .join('  '),
  );
  return [paint.dim(headings), ...body.map((line) => line.trimEnd())];
}

/** Names and values below each other, for one thing. */
export function printFields(
  fields: Readonly<Record<string, string | number | boolean | null | undefined>>,
): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields))
    print(`${paint.dim(name.padEnd(width))}  ${shown(value, wholeCharsMax)}`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

function shown(value: unknown, charsMax: number): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = cleanText(String(value), wholeCharsMax);
  return text.length > charsMax ? `${text.slice(0, charsMax - 1).toWellFormed()}…` : text;
}

/** Columns of a terminal: East Asian wide characters and most emoji take two, marks that combine none. */
function widthOf(text: string): number {
  const visible = stripVTControlCharacters(text);
  if (/^[\x20-\x7e]*$/.test(visible)) return visible.length;
  let width = 0;
  for (const { segment } of graphemes.segment(visible)) width += wide.test(segment) ? 2 : 1;
  return width;
}

const graphemes = new Intl.Segmenter();
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
