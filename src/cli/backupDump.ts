/** `waybell backup` of a PostgreSQL database: by `pg_dump`, on this machine, without a server of Waybell. */

import path from 'node:path';
import { bytesText } from '../base/bytesText.ts';
import { systemClock } from '../base/clock.ts';
import { environmentOfChildren, readClientConfig } from '../config/environment.ts';
import { SETTINGS } from '../config/settings.ts';
import { backupFile, backupFolderOf, keepNewest, readyBackupFolder } from '../store/backupFile.ts';
import { DumpFailed, dumpDatabase } from '../store/postgres/dump.ts';
import { type BackupFlags, freeTarget } from './backupTarget.ts';
import { UsageError } from './connect.ts';
import { showElapsed } from './progress.ts';
import { printJson } from './table.ts';
import { paint, print } from './terminal.ts';

/** @throws UsageError */
export async function dumpBackup(url: string, file: string | null, flags: BackupFlags): Promise<void> {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new UsageError(`${SETTINGS.database.flag} is a URL that starts with postgres://.`);
  if (flags.includeKey) {
    throw new UsageError(
      'The key of a database is in the environment (WAYBELL_VAULT_KEY) and is put into no file. Leave out --include-key.',
    );
  }
  const target = file === null ? inFolder(flags) : { path: freeTarget(file, flags), folder: null };
  const from = systemClock.monotonic();
  const bytes = await showElapsed('Dumping', flags, dump(url, target.path));
  const seconds = Math.round(systemClock.monotonic() - from) / 1000;
  const removed =
    target.folder === null || flags.keep === undefined ? [] : keepNewest(target.folder, 'dump', flags.keep);
  if (flags.json) {
    printJson({ path: target.path, bytes, seconds, key_included: false, key_path: null, removed });
    return;
  }
  print(`${paint.good('Backed up')} to ${paint.strong(target.path)}`);
  print(`${bytesText(bytes)} in ${seconds.toFixed(1)} s, in the custom format of pg_dump.`);
  print(
    `${paint.warn('Its key is not in it')}: keep WAYBELL_VAULT_KEY as well, elsewhere, and the keys in the data directory.`,
  );
  print('To restore it, into an empty database:');
  print(`  pg_restore --no-owner --exit-on-error --dbname=URL ${path.relative('', target.path)}`);
  for (const one of removed) print(paint.dim(`Removed ${one}`));
}

async function dump(url: string, file: string): Promise<number> {
  try {
    return await dumpDatabase({ url, file, environment: environmentOfChildren() });
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof DumpFailed) throw new UsageError(message);
    throw new UsageError(`The backup ${file} cannot be written: ${message}.`);
  }
}

function inFolder({ data }: BackupFlags): { path: string; folder: string } {
  const folder = backupFolderOf(data ?? readClientConfig().data);
  try {
    readyBackupFolder(folder, 'dump', systemClock.now());
  } catch (error) {
    throw new UsageError(
      `The folder ${folder} cannot be made: ${(error as Error).message}. Name a FILE, or another directory with --data DIR.`,
    );
  }
  return { path: backupFile(folder, systemClock.now(), 'dump').path, folder };
}
