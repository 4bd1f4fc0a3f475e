/** What `waybell migrate --from` shows: a bar while it goes on, what came of it, and what is to be done next. */
import type { Clock } from '../base/clock.ts';
import type { Compared, Moved, MoveProgress } from '../store/move.ts';
import { printJson, printTable } from './table.ts';
import { paint, print } from './terminal.ts';

const barChars = 20;

/** The line of progress, with rate and time left since the first one of what is done. */
export function moveLine(clock: Pick<Clock, 'monotonic'>): (progress: MoveProgress) => string {
  let first: (Pick<MoveProgress, 'doing' | 'rows'> & { readonly at: number }) | null = null;
  return ({ doing, table, rows, total }) => {
    const at = clock.monotonic();
    if (first?.doing !== doing) first = { doing, rows, at };
    const share = total === 0 ? 1 : rows / total;
    const full = Math.round(share * barChars);
    const bar = '█'.repeat(full) + '░'.repeat(barChars - full);
    const rate = at === first.at ? 0 : ((rows - first.rows) / (at - first.at)) * 1000;
    const pace = rate === 0 ? '' : `  ${numberText(rate)} rows/s  ${timeText((total - rows) / rate)} left`;
    const verb = doing === 'copy' ? 'Copying  ' : 'Comparing';
    return `${verb} ${bar} ${Math.floor(share * 100)} %${pace}  ${paint.dim(table)}`;
  };
}

interface Told {
  readonly folder: string;
  readonly database: string;
  readonly seconds: number;
}

export function printMoved(
  { goneOnAt, tables, verified }: Moved,
  { folder, database, seconds }: Told,
  { json }: { readonly json?: boolean | undefined },
): void {
  if (json) {
    printJson({
      verified,
      from: folder,
      database,
      seconds: Math.round(seconds),
      rows_of_earlier_move: goneOnAt,
      tables,
    });
    return;
  }
  if (goneOnAt > 0) print(`Went on behind ${numberText(goneOnAt)} rows of a move that was broken off.`);
  printTable(
    tables,
    [
      { heading: 'TABLE', cell: (one) => one.table },
      { heading: 'ROWS', cell: (one) => numberText(one.rows.source) },
      { heading: 'SHA-256', cell: (one) => one.sha256.source.slice(0, 16) },
      {
        heading: '',
        cell: verdict,
        whole: true,
        paint: (text, one) => (one.verified ? paint.good(text) : paint.bad(text)),
      },
    ],
    '',
  );
  print();
  for (const line of verified ? nextSteps(folder, database, seconds) : afterFailure(database)) print(line);
}

function verdict({ verified, differsAt, rows }: Compared): string {
  if (verified) return 'verified';
  return `DIFFERS${differsAt === null ? '' : ` at ${differsAt}`}: ${rows.source} rows in the directory, ${rows.target} in the database`;
}

function nextSteps(folder: string, database: string, seconds: number): readonly string[] {
  return [
    `All of ${folder} is in ${database}, compared row by row (${timeText(seconds)}). Next:`,
    `1. Start with --database (WAYBELL_DATABASE) and the same WAYBELL_VAULT_KEY; keep that key apart from the database.`,
    `2. Name ${folder} with --data as before: its files operator-key and api-key go on being used.`,
    `3. Never start without --database again: ${folder} still holds all that was owed, and would send it a second time. Move waybell.db away once the database has taken over; with vault-key it is your way back until then.`,
  ];
}

function afterFailure(database: string): readonly string[] {
  return [
    `${database} is not what was moved, and no server starts on it. Something else has written to it, or it has lost what was written.`,
    'The data directory is as it was. Find out what happened, then run the same command again: it begins anew.',
  ];
}

function numberText(value: number): string {
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
}

/** `2 h 5 min`, `3 min 20 s`, `12 s`. */
function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
