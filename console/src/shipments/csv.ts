/**
 * A file of separated values as rows of cells. Its text may be UTF-8, UTF-16 or the Windows encoding that spreadsheets still
 * write; what separates the cells is recognised. Rows keep their places, empty ones too, so that row 7 is row 7 in a
 * spreadsheet.
 */
import { parse } from 'csv-parse/browser/esm/sync';
import { type CsvFault, type Delimiter, rowsMax, type Table } from './csvLimits.ts';

const delimiters = [',', ';', '\t', '|'] as const satisfies readonly Delimiter[];
/** Lines looked at for what separates their cells. */
const linesLookedAt = 20;

export function readTable(bytes: Uint8Array): Table | CsvFault {
  const text = decode(bytes);
  if (text.trim() === '') return { fault: 'empty' };
  if (text.includes('\0')) return { fault: 'other', row: 1 };
  const delimiter = delimiterOf(text);
  let rows: string[][];
  try {
    rows = parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      trim: true,
      // One more than there may be, and the head.
      to: rowsMax + 2,
    });
  } catch (error) {
    const { code, records = 0 } = error as { code?: string; records?: number };
    return { fault: code === 'CSV_QUOTE_NOT_CLOSED' ? 'quote' : 'other', row: records + 1 };
  }
  return rows.length > rowsMax + 1 ? { fault: 'tooManyRows' } : { rows, delimiter };
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The one that stands in most lines, outside quotation marks, and there the most often; a comma where none does. */
export function delimiterOf(text: string): Delimiter {
  const lines = text
    .slice(0, 64 * 1024)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, linesLookedAt);
  const scored = delimiters.map((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const within = counts.filter((count) => count > 0).length;
    const same = counts.filter((count) => count > 0 && count === counts[0]).length;
    return { delimiter, score: within + same };
  });
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return best.score === 0 ? ',' : best.delimiter;
}
