/**
 * A streaming standby of a test's PostgreSQL, made by `pg_basebackup` of the same version. Commits wait for both from then on, so
 * what is acknowledged is on either. The PostgreSQL from npm comes without that program: tests of it are skipped there.
 */
import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Cluster, folderOf, haltPostgres, spawnPostgres, userOf } from './postgres.ts';
import { until } from './until.ts';

export interface Standby {
  /** Of a database of the primary's, as it is here. */
  urlOf(primaryUrl: string): string;
  /** From then on it takes writes, and follows nobody. */
  promote(): Promise<void>;
  /** At once, as a crash that lasts. */
  halt(): Promise<void>;
  /** Resolves when it follows the primary. */
  start(): Promise<void>;
  /** Halts it, and removes what it left; commits of the primary, which has to run, wait for it no more. */
  stop(): Promise<void>;
}

const name = 'standby';

/** Options of a test that needs one. */
export function needsStandby(primary: Cluster): { skip: string | false } {
  const missing = `there is no pg_basebackup for ${primary.version} (apt-get install postgresql)`;
  return { skip: existsSync(path.join(primary.programs, 'pg_basebackup')) ? false : missing };
}

/** @param settings of the standby, besides those that make it one for tests */
export async function startStandby(
  primary: Cluster,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Standby> {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-standby-'));
  const data = path.join(folder, 'data');
  const primaryUrl = primary.urlOf('postgres');
  const primaryFolder = folderOf(primaryUrl);
  const user = userOf();
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const run = (program: string, ...words: string[]) =>
    promisify(execFile)(path.join(primary.programs, program), ['-D', data, ...words], {
      ...user,
      cwd: folder,
    });
  const from = `host=${primaryFolder} user=waybell application_name=${name}`;
  await run('pg_basebackup', '-d', from, '-R', '-X', 'stream', '-c', 'fast', '--no-sync');
  const all = {
    listen_addresses: '',
    fsync: 'off',
    max_connections: 300,
    // The copy holds the primary's own: once promoted it would wait for a standby that there is not.
    synchronous_standby_names: '',
    ...settings,
  };
  let server: ChildProcess;

  async function start(): Promise<void> {
    const spawned = spawnPostgres({ programs: primary.programs, folder, data, settings: all });
    server = spawned.server;
    await until('the standby follows, and commits wait for it', async () => {
      if (server.exitCode !== null) throw new Error(`The standby ended: ${spawned.said()}`);
      const rows = await primary.query(
        primaryUrl,
        "select from pg_stat_replication where sync_state = 'sync'",
      );
      return rows.length > 0;
    });
  }

  const halt = (): Promise<void> => haltPostgres(server);
  await primary.query(primaryUrl, `alter system set synchronous_standby_names = '${name}'`);
  await primary.query(primaryUrl, 'select pg_reload_conf()');
  await start();
  return {
    urlOf: (url) => url.replace(encodeURIComponent(primaryFolder), encodeURIComponent(folder)),
    async promote() {
      await run('pg_ctl', 'promote', '-w');
    },
    halt,
    start,
    async stop() {
      await primary.query(primaryUrl, 'alter system reset synchronous_standby_names');
      await primary.query(primaryUrl, 'select pg_reload_conf()');
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
