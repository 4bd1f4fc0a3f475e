/** Reads a file beside the page, so that the page goes on answering; rows are handed over in portions. */
import { readTable } from './csv.ts';
import type { CsvFault, Delimiter } from './csvLimits.ts';

export type FromWorker =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'end'; readonly delimiter: Delimiter }
  | { readonly kind: 'fault'; readonly fault: CsvFault };

const portion = 5000;
const say = (message: FromWorker) => self.postMessage(message);

self.onmessage = async ({ data: file }: MessageEvent<File>) => {
  const table = readTable(new Uint8Array(await file.arrayBuffer()));
  if ('fault' in table) return say({ kind: 'fault', fault: table });
  for (let from = 0; from < table.rows.length; from += portion)
    say({ kind: 'rows', rows: table.rows.slice(from, from + portion) });
  say({ kind: 'end', delimiter: table.delimiter });
};
