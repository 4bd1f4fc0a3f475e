// Bad days of an operator: a server that cannot start says why and what to do, in one sentence, and touches nothing.

import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type Ended, serveToEnd, startChildServer } from '../support/childServer.ts';

test('a port that is taken is an error that names the flag', async (t) => {
  const folder = await temporary(t);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const ended = await serveToEnd(['--data', 'data', '--port', String(port)], folder);
  assertRefused(ended, new RegExp(`Port ${port} at 127\\.0\\.0\\.1 is taken.*--port`));
});

test('a second server on the same data is refused, and the first goes on', async (t) => {
  const server = await startChildServer(t);
  const ended = await serveToEnd(['--data', server.data, '--port', '0'], server.folder);
  assertRefused(ended, /Another Waybell is running on the data directory .*--data/);
  assert.equal((await server.call('GET', '/trackings')).status, 200);
  await server.kill('SIGKILL');
  await server.restart();
  assert.equal((await server.call('GET', '/trackings')).status, 200, 'A lock never outlives its process.');
});

test('a file in the place of the data directory is an error that names it', async (t) => {
  const folder = await temporary(t);
  await writeFile(path.join(folder, 'data'), 'not a directory');
  const ended = await serveToEnd(['--data', 'data', '--port', '0'], folder);
  assertRefused(ended, /data directory .*data.*--data/);
  assert.deepEqual(await readdir(folder), ['data']);
});

test('a data directory that may not be written is an error that names it', async (t) => {
  if (process.getuid?.() === 0) return t.skip('Whoever is root may write everywhere.');
  const folder = await temporary(t);
  await mkdir(path.join(folder, 'data'));
  await chmod(path.join(folder, 'data'), 0o500);
  const ended = await serveToEnd(['--data', 'data', '--port', '0'], folder);
  assertRefused(ended, /data directory .*--data/);
});

test('a database that is none is an error that says what to do, and stays as it is', async (t) => {
  const folder = await temporary(t);
  const file = path.join(folder, 'data', 'waybell.db');
  const letter = 'This is a letter and not a database. '.repeat(200);
  await mkdir(path.join(folder, 'data'));
  await writeFile(file, letter);
  const ended = await serveToEnd(['--data', 'data', '--port', '0'], folder);
  assertRefused(ended, /waybell\.db cannot be opened.*backup/s);
  assert.equal(await readFile(file, 'utf8'), letter);
});

test('a store whose key is gone is not opened with another', async (t) => {
  const server = await startChildServer(t);
  await server.kill('SIGTERM');
  await rm(path.join(server.data, 'vault-key'));
  const ended = await serveToEnd(['--data', server.data, '--port', '0'], server.folder);
  assertRefused(ended, /vault-key/);
});

test('an operator key that is empty or short is an error that says what to do, and stays as it is', async (t) => {
  const server = await startChildServer(t);
  await server.kill('SIGTERM');
  const file = path.join(server.data, 'operator-key');
  for (const key of ['', '\n', 'wop_short\n']) {
    await writeFile(file, key);
    const ended = await serveToEnd(['--data', server.data, '--port', '0'], server.folder);
    assertRefused(
      ended,
      /operator key in \S+operator-key has \d characters and needs 16 to 200.*Remove the file/,
    );
    assert.equal(await readFile(file, 'utf8'), key);
  }
  await rm(file);
  await server.restart();
  assert.match(await readFile(file, 'utf8'), /^wop_\w{32}\n$/);
});

for (const [flags, sentence] of [
  [['--port', 'eighty'], /--port is a whole number from 0 to 65535/],
  [['--port', '99999'], /--port is a whole number from 0 to 65535/],
  [['--log-level', 'loud'], /--log-level is one of/],
  [['--allow-network', 'inside', '--port', '0'], /--allow-network: "inside" is not a network/],
  [
    ['--deny-network', '20.0.0.0/40', '--port', '0'],
    /--deny-network: "20\.0\.0\.0\/40" has no usable prefix/,
  ],
  [['--host', '192.0.2.1', '--port', '0'], /no address 192\.0\.2\.1.*--host/],
  [['--no-such-flag'], /unknown option '--no-such-flag'/],
] as const) {
  test(`serve ${flags.join(' ')} is refused in words`, async (t) => {
    const folder = await temporary(t);
    assertRefused(await serveToEnd(['--data', 'data', ...flags], folder), sentence);
  });
}

for (const given of [
  ['--proxy', 'socks5://user:S3CRET@10.0.0.5:1080'],
  ['--proxy', 'user:S3CRET@10.0.0.5:3128'],
  ['--proxy', 'http://user:S3CRET@10.0.0.5:99999'],
  ['--public-url', 'ftp://user:S3CRET@shop.example'],
  ['--database=postgres://user:S3CRET@db/waybell'],
  ['--proxi=http://user:S3CRET@10.0.0.5:3128'],
  ['http://user:S3CRET@10.0.0.5:3128'],
]) {
  test(`serve ${given.join(' ')} is refused without its password`, async (t) => {
    const ended = await serveToEnd(['--data', 'data', ...given], await temporary(t));
    assertRefused(ended, /--(proxy|public-url|database|proxi)\b|too many arguments/);
    assert.doesNotMatch(ended.stdout + ended.stderr, /S3CRET/);
  });
}

test('a settings file that breaks off at a password is refused without it', async (t) => {
  const folder = await temporary(t);
  const file = path.join(folder, 'waybell.json');
  for (const text of [
    '{"proxy": u:S3CRET@h}',
    'S3CRET',
    '{"proxy": "http://u:S3CRET',
    '{"proxy": "u:S3CRET" 1}',
  ]) {
    await writeFile(file, text);
    const ended = await serveToEnd(['--config', file], folder);
    assertRefused(ended, /waybell\.json cannot be read: .*JSON/);
    assert.doesNotMatch(ended.stdout + ended.stderr, /S3C/);
  }
});

/** An exit code, one sentence on standard error, and no trace of a stack. */
function assertRefused({ code, stdout, stderr }: Ended, sentence: RegExp): void {
  assert.notEqual(code, 0);
  assert.notEqual(code, null);
  assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /^\s+at /m);
  assert.doesNotMatch(stdout, /listening/);
}

async function temporary(t: { after(end: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-bad-day-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
