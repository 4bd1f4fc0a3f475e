/**
 * `waybell migrate`: brings a database's schema up to date, as `serve` does at its start, ahead of it; with `--from`, moves
 * a data directory into it. The one command besides `serve` that opens a store.
 */
import path from 'node:path';
import { Command, Option } from 'commander';
import { systemClock } from '../base/clock.ts';
import { given } from '../base/given.ts';
import { type DatabaseConfig, readConfig } from '../config/config.ts';
import { SETTINGS } from '../config/settings.ts';
import { ConfigError } from '../config/values.ts';
import { moveLine, printMoved } from './moved.ts';
import { showProgress } from './progress.ts';
import { printJson } from './table.ts';
import { paint, print } from './terminal.ts';

interface Flags {
  readonly database?: string;
  readonly config?: string;
  readonly from?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

export function migrateCommand(): Command {
  const { flag, value, variable } = SETTINGS.database;
  return new Command('migrate')
    .description("bring a PostgreSQL database's schema up to date, or move a data directory into one")
    .addOption(new Option(`${flag} <${value}>`, `the database, postgres://… [${variable}]`))
    .option('--config <FILE>', 'a JSON file with settings')
    .addOption(
      new Option(
        '--from <DIR>',
        'move this data directory into the database, which is to be empty',
      ).conflicts('check'),
    )
    .option('--check', 'only say what there is to do; exit code 1 if there is something')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  waybell migrate --database postgres://waybell@db.example.org/waybell\n  waybell migrate --from ./data --database postgres://waybell@db.example.org/waybell',
    )
    .action(migrate);
}

async function migrate(flags: Flags): Promise<void> {
  const { database } = readConfig(given({ database: flags.database }), flags.config);
  if (database === null) {
    const { flag, variable } = SETTINGS.database;
    throw new ConfigError(
      `Name the database with ${flag} or ${variable}. A data directory needs no command: \`waybell serve\` migrates its file.`,
    );
  }
  if (flags.check) await check(database, flags);
  else if (flags.from === undefined) await update(database, flags);
  else await moveFrom(flags.from, database, flags);
}

async function check(database: DatabaseConfig, flags: Flags): Promise<void> {
  const { pendingMigrations, withDatabase } = await loadStore();
  const { version, files } = await withDatabase(database, (opened) => pendingMigrations(opened));
  if (flags.json) printJson({ version, pending: files });
  else if (files.length === 0) print(`${database.name} has schema version ${version}: nothing to do.`);
  else print(`${database.name} has schema version ${version}, to come: ${files.join(', ')}.`);
  if (files.length > 0) process.exitCode = 1;
}

async function update(database: DatabaseConfig, flags: Flags): Promise<void> {
  const { migrate, withDatabase } = await loadStore();
  const files: { name: string; ms: number }[] = [];
  const { from, to } = await withDatabase(database, (opened) =>
    migrate(opened, {
      onFile(name, ms) {
        files.push({ name, ms: Math.round(ms) });
        if (!flags.json) print(`${name}  ${paint.dim(`${(ms / 1000).toFixed(2)} s`)}`);
      },
    }),
  );
  if (flags.json) printJson({ from, to, files });
  else if (from === to) print(`${database.name} has schema version ${to}: nothing to do.`);
  else print(`${database.name} went from schema version ${from} to ${to}.`);
}

async function moveFrom(folder: string, database: DatabaseConfig, flags: Flags): Promise<void> {
  const { migrate, move, openSource, openTarget, withDatabase, makeVault } = await loadStore();
  const begunAt = systemClock.monotonic();
  const source = openSource(path.resolve(folder));
  try {
    const moved = await withDatabase(database, async (opened) => {
      await migrate(opened);
      const line = moveLine(systemClock);
      const target = await openTarget(opened, makeVault(database.vaultKey));
      return move(source, target, { onProgress: (progress) => showProgress(line(progress), flags) });
    });
    showProgress('', flags);
    printMoved(
      moved,
      { folder, database: database.name, seconds: (systemClock.monotonic() - begunAt) / 1000 },
      flags,
    );
    if (!moved.verified) process.exitCode = 1;
  } finally {
    source.close();
  }
}

/** Loaded here, since the other commands start faster without. */
async function loadStore() {
  const modules = await Promise.all([
    import('../store/postgres/migrate.ts'),
    import('../store/postgres/open.ts'),
    import('../store/postgres/moving.ts'),
    import('../store/sqlite/moving.ts'),
    import('../store/move.ts'),
    import('../vault.ts'),
  ]);
  const [
    { migrate, pendingMigrations },
    { withDatabase },
    { openTarget },
    { openSource },
    { move },
    { makeVault },
  ] = modules;
  return { migrate, pendingMigrations, withDatabase, openTarget, openSource, move, makeVault };
}
