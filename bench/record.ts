/** A run's table: printed line by line, and kept in `RESULTS.md` with the date, the machine and what was run. */
import { appendFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { syncLatency } from './syncLatency.ts';

export interface Run {
  /** The scenario's name. */
  readonly what: string;
  /** What the figures were taken under, a sentence or two. */
  readonly note: string;
  readonly columns: readonly string[];
  /** Whether it is added to `RESULTS.md`. */
  readonly keep: boolean;
}

export interface Table {
  line(cells: readonly (string | number)[]): void;
  /** At the end of the run: a run that was broken off is not kept. */
  end(): void;
}

export async function openTable({ what, note, columns, keep }: Run): Promise<Table> {
  const sync = await syncLatency();
  const machine = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${os.type()} ${os.release()}`;
  const when = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const title = `${when} UTC · ${machine} · sync of 8 KiB p50 ${sync.p50.toFixed(2)} ms, p99 ${sync.p99.toFixed(2)} ms · ${what}`;
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const lines = [row(columns), `|${columns.map(() => '---').join('|')}|`];
  console.log(`${title}\n\n${note}\n\n${lines.join('\n')}`);
  return {
    line(cells) {
      const line = row(cells);
      console.log(line);
      lines.push(line);
    },
    end() {
      if (!keep) return;
      const file = path.join(import.meta.dirname, 'RESULTS.md');
      appendFileSync(file, `\n## ${title}\n\n${note}\n\n${lines.join('\n')}\n`);
    },
  };
}

/** What goes on just now, on one line of the terminal that the next one takes; nothing where there is none. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
