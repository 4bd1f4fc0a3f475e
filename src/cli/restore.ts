/** `waybell restore`: puts a backup into a data directory, without a server. */
import path from 'node:path';
import { Command } from 'commander';
import { bytesText } from '../base/bytesText.ts';
import { systemClock } from '../base/clock.ts';
import { readClientConfig } from '../config/environment.ts';
import type { CheckedBackup } from '../store/sqlite/backupCheck.ts';
import { explained, UsageError } from './connect.ts';
import { showProgress } from './progress.ts';
import { quoted } from './shell.ts';
import { printJson } from './table.ts';
import { isTerminal, paint, print } from './terminal.ts';

interface Flags {
  readonly data?: string;
  readonly vaultKey?: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup into a data directory that no server runs on')
    .argument('<FILE>', 'the backup, as `waybell backup` made it')
    .option('--data <DIR>', 'the data directory (else WAYBELL_DATA; else ./data); made where it is missing')
    .option(
      '--vault-key <FILE>',
      'where the key of its secrets is (else vault-key in the directory, else FILE.vault-key beside the backup)',
    )
    .option('--check', 'only look whether it could be restored; nothing is changed')
    .option('--force', 'where there is a database: keep it under another name, with its key')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action((file: string, flags: Flags) => explained(() => restore(file, flags)));
}

const help = `
Before anything gets its place, the backup is read through (is it whole?), its schema has to be one that this Waybell goes with,
and the key has to be the one that sealed its secrets. Without that key nothing of them can be read.

After the next start what was owed at the time of the backup goes out. What receivers accepted since then goes out again, under
the same ids; what was reported since then is not there. Keys that were revoked since are valid again. A dump of PostgreSQL is restored with pg_restore.

Examples:
  waybell restore backups/waybell-2026-11-25-03-00-00-000.db --check
  waybell restore waybell.db --data /var/lib/waybell --vault-key /mnt/keys/vault-key`;

async function restore(file: string, flags: Flags): Promise<void> {
  const folder = path.resolve(flags.data ?? readClientConfig().data);
  const places = {
    file: path.resolve(file),
    folder,
    keyFile: flags.vaultKey === undefined ? null : path.resolve(flags.vaultKey),
  };
  // Loaded here, since the other commands start faster without.
  const [{ checkBackup, checkFile }, { restoreBackup }] = await Promise.all([
    import('../store/sqlite/backupCheck.ts'),
    import('../store/sqlite/restore.ts'),
  ]);
  try {
    if (flags.check) {
      checkFile(places.file);
      showChecking(flags);
      const checked = checkBackup(places.file, places);
      showProgress('', flags);
      if (flags.json) printJson(checkedJson(file, checked));
      else print(`${paint.good('Whole')}: ${file}, ${about(checked)}. Its key is in ${checked.keyFile}.`);
      return;
    }
    const asideName = `before-${new Date(systemClock.now()).toISOString().replaceAll(/[:.]/g, '-')}`;
    const restored = await restoreBackup({
      ...places,
      ...{ force: flags.force === true, asideName },
      onProgress(share) {
        if (share === null) showChecking(flags);
        else showProgress(`Copying ${Math.floor(share * 100)} %`, flags);
      },
    });
    showProgress('', flags);
    if (flags.json) {
      const { keptAs, keyPut } = restored;
      printJson({ ...checkedJson(file, restored), data: folder, kept_as: keptAs, key_put: keyPut });
      return;
    }
    print(`${paint.good('Restored')} ${file} into ${paint.strong(folder)}: ${about(restored)}.`);
    if (restored.keyPut) print(`Its key was put there too, from ${restored.keyFile}.`);
    if (restored.keptAs !== null) print(`What was there is kept: ${restored.keptAs}`);
    print(
      'Keys that were revoked since, suspensions, secrets and webhooks are as they were then: see to them.',
    );
    print(`Start it: waybell serve --data ${quoted(folder)}`);
  } catch (error) {
    showProgress('', flags);
    throw new UsageError((error as Error).message);
  }
}

/** Reading it through holds this process up, so that it is said before. */
function showChecking(flags: Flags): void {
  if (isTerminal) showProgress('Reading it through …', flags);
}

function about({ bytes, schemaVersion, keyId }: CheckedBackup): string {
  return `${bytesText(bytes)}, schema version ${schemaVersion}, sealed by key ${keyId}`;
}

function checkedJson(file: string, { bytes, schemaVersion, keyId, keyFile }: CheckedBackup) {
  return { file, bytes, schema_version: schemaVersion, key_id: keyId, key_path: keyFile };
}
