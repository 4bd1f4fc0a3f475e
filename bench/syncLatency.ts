/** How long this machine takes to make 8 KiB durable where the bench's data lies: what group commit is paid in. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

export async function syncLatency(): Promise<{ readonly p50: number; readonly p99: number }> {
  const file = path.join(import.meta.dirname, `sync-${process.pid}.tmp`);
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(8192);
  const times = Float64Array.from({ length: 400 }, (_, index) => {
    writeSync(handle, block, 0, block.length, index * block.length);
    const start = performance.now();
    fdatasyncSync(handle);
    return performance.now() - start;
  }).sort();
  closeSync(handle);
  rmSync(file);
  return { p50: times[200] as number, p99: times[396] as number };
}
