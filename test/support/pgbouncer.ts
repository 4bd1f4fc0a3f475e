/**
 * A PgBouncer in front of a test's PostgreSQL, in transaction mode: each transaction may come to another of the server's
 * connections. It is there where it is installed (`apt-get install pgbouncer`); tests of it are skipped elsewhere.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { folderOf, userOf } from './postgres.ts';
import { until } from './until.ts';

export interface Bouncer {
  /** The URL of the same database through it. */
  through(url: string): string;
  start(): Promise<void>;
  /** At once: all connections through it end. */
  halt(): Promise<void>;
  /** Halts it, and removes what it left. */
  stop(): Promise<void>;
}

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(canRun);

/** Its version as the tests report it; null where it is not installed. */
export const bouncerVersion = program === undefined ? null : versionOf(program);

const missing = 'PgBouncer is not installed (apt-get install pgbouncer)';

/** Options of a test that needs one. */
export const needsBouncer = { skip: program === undefined ? missing : false };

const password = 'a secret of the tests';

/**
 * @param url of any database of the server
 * @param settings of PgBouncer besides those that make it one for tests
 */
export async function startBouncer(
  url: string,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Bouncer> {
  if (program === undefined) throw new Error(missing);
  const server = folderOf(url);
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-bouncer-'));
  const user = userOf();
  const file = path.join(folder, 'pgbouncer.ini');
  const users = path.join(folder, 'users');
  const all = {
    unix_socket_dir: folder,
    listen_addr: '',
    auth_type: 'trust',
    auth_file: users,
    pool_mode: 'transaction',
    // Fewer than a store's connections, so that they are lent in turns.
    default_pool_size: 3,
    max_client_conn: 300,
    server_login_retry: 1,
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(file, ['[databases]', `* = host=${server}`, '[pgbouncer]', ...lines, ''].join('\n'));
  writeFileSync(users, `"waybell" "${password}"\n`);
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const one of [folder, file, users]) chownSync(one, user.uid, user.gid);
  }
  const through = (direct: string) =>
    direct.replace(encodeURIComponent(server), `${encodeURIComponent(folder)}&port=6432`);
  let running: ChildProcess;

  async function start(): Promise<void> {
    let said = '';
    running = spawn(program as string, ['-q', file], { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    await until('PgBouncer takes connections', async () => {
      if (running.exitCode !== null) throw new Error(`PgBouncer ended: ${said}`);
      return takes(through(url));
    });
  }

  async function halt(): Promise<void> {
    if (running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
    // It was given no time to remove it, and does not start where it is.
    rmSync(path.join(folder, '.s.PGSQL.6432'), { force: true });
  }

  process.on('exit', () => running.kill('SIGKILL'));
  await start();
  return {
    through,
    start,
    halt,
    async stop() {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function takes(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function canRun(file: string): boolean {
  try {
    return versionOf(file) !== '';
  } catch {
    return false;
  }
}

function versionOf(file: string): string {
  return execFileSync(file, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
}
