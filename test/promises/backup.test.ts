// A backup of a running server is a whole one, holds all that was acknowledged before it was asked for, and is restored into a
// server that goes on from there; and nothing that only looks like one is ever left, or restored.

import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { run } from '../cli/program.ts';
import { type ChildServer, startChildServer } from '../support/childServer.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { callerOf } from '../support/server.ts';
import { until } from '../support/until.ts';

test('a backup under load has every update that was acknowledged before, and its restore sends what was owed', async (t) => {
  const server = await startChildServer(t);
  const receiver = await openScriptedReceiver(t);
  // Held rather than refused: what is refused often enough is parked, and waits to be recovered.
  receiver.answer('timeout');
  await server.call('POST', '/webhooks', {
    body: { url: receiver.url, version: 'v2', retry_seconds: Array(13).fill(1) },
  });

  const acknowledged: string[] = [];
  let reported = true;
  const reporting = (async () => {
    for (let n = 0; reported; n++) {
      const number = `BACKUP${n}`;
      const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
      const updates = [{ tracking_number: number, courier_code: 'dhl', checkpoints }];
      const { status } = await server.call('POST', '/updates', { body: { updates } });
      if (status === 200) acknowledged.push(number);
    }
  })();
  await until('some are acknowledged', () => acknowledged.length >= 50);
  const before = [...acknowledged];
  const made = await backedUp(server);
  const during = acknowledged.length;
  await until('updates are taken after it', () => acknowledged.length > during);
  reported = false;
  await reporting;
  const mode = (await stat(made.path)).mode & 0o777;
  assert.deepEqual([mode, (await stat(path.dirname(made.path))).mode & 0o777], [0o600, 0o700]);
  assert.deepEqual(await readdir(path.dirname(made.path)), [path.basename(made.path)], 'nothing beside it');
  await server.kill('SIGKILL');

  receiver.answer(200);
  const another = await startChildServer(t, { dataFolder: 'unused' });
  await another.kill('SIGTERM');
  await rm(another.data, { recursive: true });
  const key = path.join(server.data, 'vault-key');
  const restored = await waybell(another, ['restore', made.path, '--data', another.data, '--vault-key', key]);
  assert.equal(restored.code, 0, restored.stderr);
  assert.match(restored.stdout, /Its key was put there too/);
  // The first account's key is in nobody's backup but its owner's.
  await writeFile(path.join(another.data, 'api-key'), server.key);
  await another.restart();

  const numbers = new Set(await numbersOf(another));
  assert.deepEqual(
    before.filter((number) => !numbers.has(number)),
    [],
  );
  await receiver.accepts(numbers);
});

test('a server that is killed amid a backup leaves nothing that looks whole, and the next one clears up', async (t) => {
  const server = await startChildServer(t);
  await server.kill('SIGTERM');
  fill(server, 200);
  const folder = path.join(server.data, 'backups');
  await server.restart();
  // A backup may be faster than the kill; then it is whole, and it is tried again.
  for (let drafts: string[] = []; drafts.length === 0; ) {
    const asked = await operatorOf(server);
    void asked('POST', '/backups').catch(() => {});
    await until('a file is being written', async () => (await namesIn(folder)).length > 0);
    await server.kill('SIGKILL');
    const names = await namesIn(folder);
    drafts = names.filter((name) => name.includes('.part'));
    for (const name of names.filter((one) => one.endsWith('.db'))) {
      assert.equal(quickCheck(path.join(folder, name)), 'ok');
      await rm(path.join(folder, name));
    }
    await server.restart();
  }
  const made = await backedUp(server);
  assert.deepEqual(await namesIn(folder), [path.basename(made.path)]);
  assert.equal(quickCheck(made.path), 'ok');
});

test('a stop breaks a backup off and leaves nothing of it', async (t) => {
  const server = await startChildServer(t);
  await server.kill('SIGTERM');
  fill(server, 200);
  await server.restart();
  const folder = path.join(server.data, 'backups');
  for (let brokenOff = false; !brokenOff; ) {
    const { json } = await (await operatorOf(server))('POST', '/backups');
    const { code } = await server.kill('SIGTERM');
    assert.equal(code, 0);
    const names = await namesIn(folder);
    assert.deepEqual(
      names.filter((name) => name.includes('.part')),
      [],
    );
    brokenOff = !names.includes(`${json.id}.db`);
    await server.restart();
  }
});

test('a directory with a running server, or with a database, is left alone', async (t) => {
  const server = await startChildServer(t);
  const made = await backedUp(server);
  const running = await waybell(server, ['restore', made.path, '--data', server.data, '--force']);
  assert.equal(running.code, 1);
  assert.match(running.stderr, /^waybell: Another Waybell is running on the data directory .+\. Stop it/);
  assert.equal((await server.call('GET', '/trackings')).status, 200);

  const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
  await server.call('POST', '/updates', {
    body: { updates: [{ tracking_number: 'LATER1', courier_code: 'dhl', checkpoints }] },
  });
  // Killed, so that the newest of it is in its log alone.
  await server.kill('SIGKILL');
  const refused = await waybell(server, ['restore', made.path, '--data', server.data]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /There is a database in .+ or give --force/);

  const forced = await waybell(server, ['restore', made.path, '--data', server.data, '--force', '--json']);
  assert.equal(forced.code, 0, forced.stderr);
  const { kept_as: keptAs } = JSON.parse(forced.stdout);
  assert.deepEqual(
    (await readdir(server.data)).filter((name) => /-wal|-shm|\.part/.test(name)),
    [],
  );
  await server.restart();
  assert.deepEqual(await numbersOf(server), []);
  await server.kill('SIGTERM');
  await copyFile(keptAs, path.join(server.data, 'waybell.db'));
  await server.restart();
  assert.deepEqual(await numbersOf(server), ['LATER1'], 'what was there is kept with its log');
});

test('what is damaged, cut off, foreign, sealed by another key or too new is refused, and nothing is put there', async (t) => {
  const server = await startChildServer(t);
  const made = await backedUp(server, { include_key: true });
  const place = path.join(server.folder, 'place');
  await mkdir(place);
  const file = path.join(server.folder, 'copy.db');
  const fresh = async () => {
    await copyFile(made.path, file);
    await copyFile(made.key_path, `${file}.vault-key`);
  };
  const refused = async (says: RegExp, ways: readonly string[][] = [[]]) => {
    for (const flags of ways) {
      const ended = await waybell(server, ['restore', file, '--data', place, ...flags]);
      assert.deepEqual([ended.code, ended.stdout], [1, ''], ended.stderr);
      assert.match(ended.stderr, says);
    }
    assert.deepEqual(
      await readdir(place),
      (await readdir(place)).filter((name) => name.startsWith('lock')),
    );
  };

  // One of each kind: its bytes, its key, its version.
  const checkedAsWell = [['--check'], []];
  await fresh();
  await damage(file);
  await refused(/The backup .+copy\.db is damaged.* Take another one\./s);
  await fresh();
  await damageAnIndex(file);
  await refused(/The backup .+copy\.db is damaged: .*index.* Take another one\./s, checkedAsWell);
  await fresh();
  await truncate(file, Math.floor((await stat(file)).size / 2));
  await refused(/is damaged/);
  await writeFile(
    file,
    'not a database, whatever its name says, and long enough to have a header of one'.repeat(90),
  );
  await refused(/is damaged, or no database/);
  await writeFile(file, 'PGDMP and so on');
  await refused(/pg_restore --no-owner/);
  await rm(file);
  new DatabaseSync(file).exec('create table other (id)');
  await refused(/is a database, and not one of Waybell/);

  await fresh();
  await writeFile(`${file}.vault-key`, Buffer.alloc(32, 9).toString('base64'));
  await refused(
    /were sealed by key \w+, and there is no key in .+, and .+vault-key holds key \w+.* --vault-key FILE/s,
  );
  await rm(`${file}.vault-key`);
  await refused(/there is no key in .+vault-key.* --vault-key FILE/s, checkedAsWell);

  await fresh();
  const newer = new DatabaseSync(file);
  newer.exec('pragma user_version=99');
  newer.close();
  await refused(/is version 99, this program goes with/, checkedAsWell);

  await fresh();
  await writeFile(`${file}-wal`, 'newer');
  await refused(/lies in .+copy\.db-wal/);
  await rm(`${file}-wal`);
  const whole = await waybell(server, ['restore', file, '--data', place, '--check']);
  assert.match(whole.stdout, /^Whole: .+Its key is in .+copy\.db\.vault-key/);
});

test('the command moves a backup to the file that is named, keeps the newest, and says where the key is', async (t) => {
  const server = await startChildServer(t);
  const command = (...args: string[]) =>
    waybell(server, ['backup', ...args, '--url', server.url, '--data', server.data]);
  const plain = await command();
  assert.equal(plain.code, 0, plain.stderr);
  assert.match(plain.stdout, /^Backed up to .+waybell-[\d-]+\.db\n/);
  assert.match(plain.stdout, /Its key is not in it: keep .+vault-key \(key [0-9a-f]{8}\) as well, elsewhere/);
  await command();
  const third = JSON.parse((await command('--keep', '2', '--json')).stdout);
  assert.equal(third.removed.length, 1);
  const folder = path.join(server.data, 'backups');
  assert.equal((await namesIn(folder)).length, 2);

  const target = path.join(server.folder, 'mine.db');
  const named = await command(target, '--include-key');
  assert.match(named.stdout, /Whoever has both files can read every webhook secret/);
  assert.equal(quickCheck(target), 'ok');
  assert.equal(
    await readFile(`${target}.vault-key`, 'utf8'),
    await readFile(path.join(server.data, 'vault-key'), 'utf8'),
  );
  assert.equal((await stat(`${target}.vault-key`)).mode & 0o777, 0o600);
  assert.equal((await namesIn(folder)).length, 2);
  for (const [args, says] of [
    [[target], /is there already/],
    [[path.join(server.folder, 'no', 'such.db')], /There is no folder/],
    [[`${target}2`, '--keep', '1'], /--keep counts the backups in the data directory/],
    [['--keep', '0'], /whole number from 1 to 9999/],
  ] as const) {
    const ended = await command(...args);
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, says);
  }
  const tenant = await command('--key', server.key);
  assert.deepEqual([tenant.code, tenant.stdout], [1, '']);
  assert.match(tenant.stderr, /The role of this key or member does not allow that/);
});

interface Made {
  readonly id: string;
  readonly path: string;
  readonly key_path: string;
}

async function backedUp(server: ChildServer, body: object = {}): Promise<Made> {
  const operator = await operatorOf(server);
  const { json, text, status } = await operator('POST', '/backups', { body });
  assert.equal(status, 202, text);
  return until('the backup is done', async () => {
    const { json: now } = await operator('GET', `/backups/${json.id}`);
    assert.notEqual(now.state, 'failed', now.error);
    return now.state === 'done' && now;
  });
}

async function operatorOf(server: ChildServer) {
  return callerOf(server.url, (await readFile(path.join(server.data, 'operator-key'), 'utf8')).trim());
}

async function numbersOf(server: ChildServer): Promise<string[]> {
  const numbers: string[] = [];
  for (let cursor = ''; ; ) {
    const { json } = await server.call('GET', `/trackings?limit=500${cursor}`);
    numbers.push(...json.data.map((one: { tracking_number: string }) => one.tracking_number));
    if (json.next_cursor === null) return numbers;
    cursor = `&cursor=${json.next_cursor}`;
  }
}

/** Makes a store large, so that a backup of it takes a while. */
function fill(server: ChildServer, mebibytes: number): void {
  const database = new DatabaseSync(path.join(server.data, 'waybell.db'));
  database.exec(`create table ballast (bytes blob);
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${mebibytes})
    insert into ballast select randomblob(1048576) from n`);
  database.close();
}

function quickCheck(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare('pragma quick_check').get()?.quick_check;
  } finally {
    database.close();
  }
}

/** Overwrites the middle of a file, where its pages of tables and indexes are. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.fill(0xa5, 8192, bytes.length - 8192);
  await writeFile(file, bytes);
}

/** Changes one of the two places that a value stands in: every page can be read, and they do not agree. */
async function damageAnIndex(file: string): Promise<void> {
  const database = new DatabaseSync(file);
  database.exec(
    "create table pair (name text); create index pair_name on pair (name); insert into pair values ('twice there')",
  );
  database.close();
  const bytes = await readFile(file);
  bytes.write('once', bytes.indexOf('twice there'));
  await writeFile(file, bytes);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function waybell(server: ChildServer, args: readonly string[]) {
  return run(args, { cwd: server.folder });
}
