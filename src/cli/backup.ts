/**
 * `waybell backup`: a copy of everything while it is in use. Of the store in a data directory the running server makes it; of a
 * PostgreSQL database `pg_dump` does, on this machine. Either way it says which key goes with it, and where that is.
 */

import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { bytesText } from '../base/bytesText.ts';
import { readClientConfig } from '../config/environment.ts';
import { SETTINGS } from '../config/settings.ts';
import { type Backup, type Client, WaybellError } from '../sdk/client.ts';
import { isBackup, keyBeside, makeWhole } from '../store/backupFile.ts';
import { dumpBackup } from './backupDump.ts';
import { type BackupFlags, freeTarget } from './backupTarget.ts';
import { connected, explained, UsageError, withConnection } from './connect.ts';
import { pause } from './pause.ts';
import { showProgress } from './progress.ts';
import { printJson } from './table.ts';
import { paint, print } from './terminal.ts';

const lookMs = 250;

export function backupCommand(): Command {
  const { flag, value, variable } = SETTINGS.database;
  return withConnection(
    new Command('backup')
      .description('copy the whole store while it is in use')
      .argument('[FILE]', 'where to put it (else into `backups` in the data directory)')
      .option(
        '--keep <N>',
        'once it is whole, remove older ones in `backups` but for the newest N',
        wholeNumber,
      )
      .option('--include-key', 'put the key of its secrets beside it, as FILE.vault-key')
      .addOption(new Option(`${flag} <${value}>`, `back up this database with pg_dump [${variable}]`)),
  )
    .addHelpText('after', help)
    .action((file: string | undefined, flags: BackupFlags) => {
      const database = flags.database ?? (namesServer(flags) ? null : readClientConfig().database);
      if (database !== null) return explained(() => dumpBackup(database, file ?? null, flags));
      return connected(flags, (client) => backup(client, file ?? null, flags), 'operator-key');
    });
}

const help = `
A store in a data directory is copied by its server, which goes on meanwhile; the operator key is asked for (--key, else the
file operator-key in the data directory). FILE and --data are then on the server's machine. A PostgreSQL database is copied by
pg_dump, which has to be on this machine.

Webhook secrets, URLs and headers in a backup are sealed. The key that opens them is not in it: keep that too, elsewhere.
\`waybell restore\` puts a backup back; \`waybell restore FILE --check\` only looks whether it could be.

Examples:
  waybell backup --keep 14
  waybell backup /mnt/other-disk/waybell.db --include-key
  waybell backup --database postgres://waybell@db.example.org/waybell`;

/** Who says which server is meant means a server. */
function namesServer({ url, key }: BackupFlags): boolean {
  return url !== undefined || key !== undefined;
}

async function backup(client: Client, file: string | null, flags: BackupFlags): Promise<void> {
  const target = file === null ? null : freeTarget(file, flags);
  const { id } = await client.backups.start({
    ...(flags.includeKey ? { include_key: true } : {}),
    ...(flags.keep === undefined ? {} : { keep: flags.keep }),
  });
  let made = await ended(client, id, flags);
  if (made.state === 'failed') throw new UsageError(made.error ?? 'The backup failed.');
  if (target !== null) made = await moved(made, target);
  if (flags.json) printJson(made);
  else printMade(made);
}

async function ended(client: Client, id: string, flags: BackupFlags): Promise<Backup> {
  for (;;) {
    let made: Backup;
    try {
      made = await client.backups.get(id);
    } catch (error) {
      if (!(error instanceof WaybellError) || error.status !== 404) throw error;
      throw new UsageError(
        'The server was started anew while it made the backup, which is lost. Ask for another.',
      );
    }
    if (made.state !== 'running') {
      showProgress('', flags);
      return plain(made);
    }
    showProgress(`Copying ${Math.floor(made.progress * 100)} %`, flags);
    await pause(lookMs);
  }
}

/** With no control characters in what it says: whose server it is may be somebody else's, and a terminal obeys them. */
function plain(made: Backup): Backup {
  const text = JSON.stringify(made, (_, value) =>
    typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '\ufffd') : value,
  );
  return JSON.parse(text);
}

/** The server writes in its own data directory alone; from there it goes where it is wanted. */
async function moved(made: Backup, target: string): Promise<Backup> {
  // The path is the server's to say, and whose server it is may be somebody else's.
  if (!isBackup(made.path))
    throw new UsageError('What the server says it has made is no backup by its name. Nothing was moved.');
  try {
    await move(made.path, target);
    if (!made.key_included) return { ...made, path: target };
    await move(keyBeside(made.path), keyBeside(target));
    return { ...made, path: target, key_path: keyBeside(target) };
  } catch (error) {
    throw new UsageError(
      `The backup is whole and lies at ${made.path} on the server's machine, but cannot be put at ${target}: ${(error as Error).message}. Move it by hand, or run this on that machine as the server's user.`,
    );
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await makeWhole(to, async (draft) => copyFileSync(from, draft));
    rmSync(from);
  }
}

function printMade(made: Backup): void {
  print(`${paint.good('Backed up')} to ${paint.strong(made.path)}`);
  const rate = made.seconds !== null && made.seconds > 0 ? ` in ${made.seconds.toFixed(1)} s` : '';
  print(`${bytesText(made.bytes ?? 0)}${rate}, schema version ${made.schema_version}.`);
  if (made.key_included) {
    print(paint.warn(`Its key ${made.key_id} lies beside it: ${made.key_path}`));
    print('Whoever has both files can read every webhook secret. Keep them apart.');
  } else if (made.key_path === null) {
    print(`${paint.warn('Its key is not in it')}: keep key ${made.key_id} as well, elsewhere.`);
  } else {
    print(
      `${paint.warn('Its key is not in it')}: keep ${made.key_path} (key ${made.key_id}) as well, elsewhere.`,
    );
  }
  for (const file of made.removed) print(paint.dim(`Removed ${file}`));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 to 9999.');
  return Number(text);
}
