// A database that is dumped while a server is at work and restored into another server's is a store that goes on: what was
// acknowledged is in it, what was owed goes out, and a reader of the log goes on behind where it was.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { run, start } from '../cli/program.ts';
import { startChildServer } from '../support/childServer.ts';
import { startCluster } from '../support/postgres.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';

const cluster = await startCluster();
// Of its own, as another machine would be: its transactions have other numbers.
const elsewhere = await startCluster();
const folder = await mkdtemp(path.join(tmpdir(), 'waybell-dumps-'));
after(async () => {
  await Promise.all([cluster.stop(), elsewhere.stop()]);
  await rm(folder, { recursive: true });
});

/** Beside the installed server's own programs; the one from npm comes without. */
const version = /\b(\d+)\./.exec(cluster.version)?.[1];
const programs = `/usr/lib/postgresql/${version}/bin`;
const skip = existsSync(path.join(programs, 'pg_dump'))
  ? false
  : `There is no pg_dump of the test server's version in ${programs}: nothing was tested.`;
const withPrograms = { PATH: `${programs}:/usr/bin:/bin` };
const environment = { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 5').toString('base64') };

test('a dump made under load is restored into another server and goes on from there', { skip }, async (t) => {
  const url = await cluster.create();
  const server = await startChildServer(t, { flags: ['--database', url], environment });
  const receiver = await openScriptedReceiver(t);
  // Held rather than refused: what is refused often enough is parked, and waits to be recovered.
  receiver.answer('timeout');
  await server.call('POST', '/webhooks', {
    body: { url: receiver.url, version: 'v2', retry_seconds: Array(13).fill(1) },
  });
  // Ahead of the other one's transactions by far.
  for (let spent = 0; spent < 3; spent++)
    await cluster.query(
      url,
      'do $$ begin for i in 1..2000 loop perform pg_current_xact_id(); commit; end loop; end $$',
    );
  await server.call('POST', '/updates', { body: { updates: [anUpdate('FIRST')] } });
  const { next_cursor: cursor } = (await server.call('GET', '/events')).json;

  const acknowledged: string[] = ['FIRST'];
  let reported = true;
  const reporting = (async () => {
    for (let n = 0; reported; n++) {
      const { status } = await server.call('POST', '/updates', { body: { updates: [anUpdate(`DUMP${n}`)] } });
      if (status === 200) acknowledged.push(`DUMP${n}`);
    }
  })();
  await until('some are acknowledged', () => acknowledged.length >= 20);
  const before = [...acknowledged];
  const file = path.join(folder, 'shop.dump');
  const made = await start(['backup', file], {
    cwd: folder,
    environment: { ...withPrograms, WAYBELL_DATABASE: url },
  }).ended;
  reported = false;
  await reporting;
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /Its key is not in it: keep WAYBELL_VAULT_KEY as well/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await server.kill('SIGKILL');
  receiver.answer(200);

  const target = await elsewhere.create();
  const restore = ['--no-owner', '--exit-on-error', `--dbname=${target}`, file];
  execFileSync(path.join(programs, 'pg_restore'), restore, { stdio: ['ignore', 'ignore', 'inherit'] });
  await server.restart({ flags: ['--database', target], environment });

  const { data } = (await server.call('GET', '/trackings?limit=500')).json;
  const numbers = new Set<string>(data.map((one: { tracking_number: string }) => one.tracking_number));
  assert.deepEqual(
    before.filter((number) => !numbers.has(number)),
    [],
  );
  await receiver.accepts(numbers);
  await server.call('POST', '/updates', { body: { updates: [anUpdate('AFTERWARDS')] } });
  const seen: string[] = [];
  await until('the reader of the log comes to the newest', async () => {
    seen.length = 0;
    for (let next = cursor; ; ) {
      const { json } = await server.call('GET', `/events?limit=500&cursor=${next}`);
      seen.push(...json.data.map((one: { tracking_number: string }) => one.tracking_number));
      if (json.data.length === 0) return seen.includes('AFTERWARDS');
      next = json.next_cursor;
    }
  });
  assert.equal(seen.includes('FIRST'), false, 'what was read is not read again');
  assert.deepEqual(
    before.slice(1).filter((number) => !seen.includes(number)),
    [],
  );
  assert.equal(seen.at(-1), 'AFTERWARDS');
});

test('dumps in the data directory are kept by number, and none is left of one that failed', {
  skip,
}, async () => {
  const url = await cluster.create();
  const backup = (more: Record<string, string>, ...args: string[]) =>
    start(['backup', ...args], {
      cwd: folder,
      environment: { ...withPrograms, WAYBELL_DATABASE: url, ...more },
    }).ended;
  await backup({}, '--data', 'data');
  await backup({}, '--data', 'data');
  const third = await backup({}, '--data', 'data', '--keep', '2', '--json');
  assert.equal(JSON.parse(third.stdout).removed.length, 1, third.stderr);
  const kept = await readdir(path.join(folder, 'data/backups'));
  assert.deepEqual([kept.length, kept.every((name) => name.endsWith('.dump'))], [2, true]);

  const missing = await backup({ WAYBELL_DATABASE: url.replace(/test_\d+/, 'nowhere') }, '--data', 'data');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /pg_dump failed: .+"nowhere" does not exist\. Nothing was left behind/);
  const withKey = await backup({}, '--include-key');
  assert.match(withKey.stderr, /WAYBELL_VAULT_KEY\) and is put into no file/);
  const without = await backup({ PATH: '/nowhere' }, '--data', 'data');
  assert.equal(without.code, 1);
  assert.match(
    without.stderr,
    /pg_dump is not on the PATH.+\n {2}pg_dump --format=custom .+--file=.+\.dump/s,
  );
  assert.deepEqual(await readdir(path.join(folder, 'data/backups')), kept);
});

test('a password is on no command line and in no output, and neither are our own secrets in its environment', async () => {
  // Stands in for pg_dump on the PATH and writes down what it was given; the real one is run by the tests above.
  const programs = path.join(folder, 'programs');
  const said = path.join(folder, 'said');
  await mkdir(programs);
  await writeFile(
    path.join(programs, 'pg_dump'),
    `#!/bin/sh\n{ echo "$@"; env; } > '${said}'\necho 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n`,
  );
  await chmod(path.join(programs, 'pg_dump'), 0o755);
  const { code, stdout, stderr } = await start(
    ['backup', path.join(folder, 'x.dump'), '--database', 'postgres://anna:hidden%21@db.example.org/shop'],
    { cwd: folder, environment: { ...environment, PATH: `${programs}:/usr/bin:/bin` } },
  ).ended;
  assert.equal(code, 1);
  assert.match(
    stderr,
    /is older than the server: .+\n {2}pg_dump .+--dbname=postgres:\/\/anna@db\.example\.org\/shop/s,
  );
  assert.doesNotMatch(stdout + stderr, /hidden/);
  const [line, ...rest] = (await readFile(said, 'utf8')).split('\n');
  assert.doesNotMatch(line ?? '', /hidden/);
  assert.ok(rest.includes('PGPASSWORD=hidden!'));
  assert.deepEqual(
    rest.filter((one) => one.startsWith('WAYBELL_')),
    [],
  );
  assert.equal(
    existsSync(path.join(folder, 'x.dump')) || existsSync(path.join(folder, 'x.dump.part')),
    false,
  );
});

test('a server on a database says how that is backed up', async (t) => {
  const server = await startChildServer(t, { flags: ['--database', await cluster.create()], environment });
  const { code, stderr } = await run(['backup', '--url', server.url, '--data', server.data], { cwd: folder });
  assert.equal(code, 1);
  assert.match(stderr, /Run `waybell backup --database URL` on a machine that has `pg_dump`/);
});

function anUpdate(number: string) {
  const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
  return { tracking_number: number, courier_code: 'dhl', checkpoints };
}
