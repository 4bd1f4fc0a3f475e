/** How large a file may be, and what reading it comes to: apart from the reading, which only the worker loads. */
export const fileBytesMax = 20 * 1024 * 1024;
export const rowsMax = 100_000;

export type Delimiter = ',' | ';' | '\t' | '|';

export interface Table {
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: Delimiter;
}

/** Why it cannot be read. */
export type CsvFault =
  | { readonly fault: 'empty' }
  | { readonly fault: 'tooManyRows' }
  | { readonly fault: 'quote' | 'other' /** That it begins in. */; readonly row: number };
