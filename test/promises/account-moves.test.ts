// An account moves from one PostgreSQL database to another by what `docs/guides/scale-out.md` says: its keys, cursors and what it is owed
// go on there, in order, and those that stay go on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { report } from '../support/pair.ts';
import { folderOf, startCluster } from '../support/postgres.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { callerOf } from '../support/server.ts';
import { until } from '../support/until.ts';

const cluster = await startCluster();
after(() => cluster.stop());
const another = await startCluster();
after(() => another.stop());
const guide = readFileSync(path.join(import.meta.dirname, '../../docs/guides/scale-out.md'), 'utf8');
const missing = existsSync(path.join(cluster.programs, 'psql'))
  ? false
  : `there is no psql for ${cluster.version} (apt-get install postgresql)`;

test('an account is moved to another database by the commands of the guide', { skip: missing }, async (t) => {
  const [from, to] = [await cluster.create(), await another.create()];
  const environment = {
    WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64'),
    WAYBELL_OPERATOR_KEY: 'wop_of_both_processes_of_this_test',
  };
  const start = (database: string, key?: string) =>
    startChildServer(t, {
      flags: ['--database', database],
      environment,
      ...(key === undefined ? {} : { key }),
    });
  // Its events have greater numbers than transactions of the other server, and those to come have to stand behind them.
  await cluster.query(
    from,
    'do $$ begin for i in 1..5000 loop perform pg_current_xact_id(); commit; end loop; end $$',
  );
  const old = await start(from);
  const target = await start(to);
  const receiver = await openScriptedReceiver(t);
  const operator = callerOf(old.url, environment.WAYBELL_OPERATOR_KEY);
  const made = await operator('POST', '/accounts', { body: { signing_email: 'dora@shop.example' } });
  const { id: account, key } = made.json;
  const before = callerOf(old.url, key);
  for (const call of [before, old.call]) {
    const body = {
      url: receiver.url,
      version: 'standard',
      fires_on: 'every_update',
      retry_seconds: Array(50).fill(1),
    };
    assert.equal((await call('POST', '/webhooks', { body })).status, 201);
  }
  await report({ call: before }, 'MOVED', 0);
  await report(old, 'STAYS', 0);
  await until('both are accepted', () => receiver.heard.length === 2);
  receiver.answer(500);
  for (const minute of [1, 2]) await report({ call: before }, 'MOVED', minute);
  const first = await before('GET', '/events');
  const [parcel] = (await before('GET', '/trackings')).json.data;
  await Promise.all([old.kill('SIGTERM'), target.kill('SIGTERM')]);

  const script = commandsOf('## Beyond one primary');
  const here = { FROM: plain(from), TO: plain(to), ACCOUNT: account };
  const PATH = `${cluster.programs}:${process.env.PATH}`;
  execFileSync('sh', ['-euc', script], {
    env: { ...process.env, ...here, PATH },
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: target.folder,
  });

  receiver.answer(200);
  await Promise.all([old.restart(), target.restart()]);
  const now = callerOf(target.url, key);
  const page = new URL(parcel.track_url).pathname;
  const moved = { ...parcel, track_url: `${target.url}${page}` };
  assert.deepEqual((await now('GET', '/trackings')).json.data, [moved]);
  assert.equal((await fetch(`${target.url}${page}`)).status, 200, 'its address leads there');
  await report({ call: now }, 'MOVED', 3);
  const accepted = () =>
    receiver.heard
      .filter(({ number, answer }) => number === 'WBMOVED' && answer === 200)
      .map(({ revision }) => revision);
  await until('all that it is owed is accepted', () => accepted().length === 4);
  assert.deepEqual(accepted(), [1, 2, 3, 4]);
  const rest = await now('GET', `/events?cursor=${first.json.next_cursor}`);
  assert.deepEqual(
    rest.json.data.map(({ revision }: { revision: number }) => revision),
    [4],
  );
  // It is there no more, and who stayed goes on.
  assert.equal((await callerOf(old.url, key)('GET', '/trackings')).status, 401);
  assert.equal((await fetch(`${old.url}${page}`)).status, 404);
  await report(old, 'STAYS', 1);
  await until(
    'who stayed goes on',
    () => receiver.heard.filter(({ number }) => number === 'WBSTAYS').length === 2,
  );
  for (const table of ['tracking', 'event', 'delivery', 'attempt', 'tracking_count']) {
    const rows = await cluster.query(from, `select from ${table} where account_id = '${account}'`);
    assert.equal(rows.length, 0, table);
  }
});

/** The shell's part of a section of the guide. */
function commandsOf(heading: string): string {
  const section = guide.slice(guide.indexOf(`\n${heading}\n`));
  return /```sh\n([\s\S]+?)```/.exec(section)?.[1] ?? assert.fail(`no commands below ${heading}`);
}

/** As psql takes it. */
function plain(url: string): string {
  return `host=${folderOf(url)} user=waybell dbname=${new URL(url).pathname.slice(1)}`;
}
