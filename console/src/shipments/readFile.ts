/** Has a file read by a worker, which is loaded when the first file is chosen. */
import type { CsvFault, Table } from './csvLimits.ts';
import type { FromWorker } from './csvWorker.ts';

export function readFile(file: File, signal: AbortSignal): Promise<Table | CsvFault> {
  const worker = new Worker(new URL('./csvWorker.ts', import.meta.url), { type: 'module' });
  const rows: (readonly string[])[] = [];
  return new Promise<Table | CsvFault>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    worker.onerror = (event) => reject(new Error(event.message || 'The file could not be read.'));
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'rows') for (const row of data.rows) rows.push(row);
      else resolve(data.kind === 'fault' ? data.fault : { rows, delimiter: data.delimiter });
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
