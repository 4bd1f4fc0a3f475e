/** A start on PostgreSQL that cannot be says why, names what to set, and tells no password. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { serveToEnd, startChildServer } from '../support/childServer.ts';
import { startCluster } from '../support/postgres.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'waybell-start-'));
const cluster = await startCluster();
after(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

const key = (byte: number) => Buffer.alloc(32, `key ${byte}`).toString('base64');

const refused: Record<string, { flags?: string[]; environment: Record<string, string>; says: RegExp }> = {
  'without a key': {
    environment: { WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d' },
    says: /set WAYBELL_VAULT_KEY\. Make one with `openssl rand -base64 32`/,
  },
  'with a key of another length': {
    environment: { WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d', WAYBELL_VAULT_KEY: 'c2hvcnQ=' },
    says: /WAYBELL_VAULT_KEY is 32 bytes in base64/,
  },
  'with a key that is no base64': {
    environment: { WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d', WAYBELL_VAULT_KEY: `${key(1)} !` },
    says: /WAYBELL_VAULT_KEY is 32 bytes in base64\. Make one/,
  },
  'with a key of one byte': {
    environment: {
      WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d',
      WAYBELL_VAULT_KEY: Buffer.alloc(32).toString('base64'),
    },
    says: /WAYBELL_VAULT_KEY is one byte over and over, which anybody can guess\. Make one/,
  },
  'with a short operator key': {
    environment: { WAYBELL_OPERATOR_KEY: 'x'.repeat(23) },
    says: /WAYBELL_OPERATOR_KEY has 24 to 200 printable characters without spaces\. Make one/,
  },
  "with the first account's key as the operator's": {
    environment: { WAYBELL_OPERATOR_KEY: 'x'.repeat(24), WAYBELL_API_KEY: 'x'.repeat(24) },
    says: /WAYBELL_OPERATOR_KEY and WAYBELL_API_KEY are the same.* Give them different keys/,
  },
  'with a URL of something else': {
    environment: { WAYBELL_DATABASE: 'mysql://u:hidden@localhost/d', WAYBELL_VAULT_KEY: key(1) },
    says: /--database is a URL that starts with postgres:\/\//,
  },
  'with a direct URL alone': {
    environment: { WAYBELL_DATABASE_DIRECT: 'postgres://u:hidden@localhost/d', WAYBELL_VAULT_KEY: key(1) },
    says: /--database-direct goes with --database: set that as well, or leave this out/,
  },
  'with a direct URL of something else': {
    environment: {
      WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d',
      WAYBELL_DATABASE_DIRECT: 'u:hidden@localhost/d',
      WAYBELL_VAULT_KEY: key(1),
    },
    says: /--database-direct is a URL that starts with postgres:\/\//,
  },
  'with too few connections': {
    flags: ['--database-connections', '1'],
    environment: { WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d', WAYBELL_VAULT_KEY: key(1) },
    says: /--database-connections is a whole number from 2 to 1000/,
  },
  'with samples': {
    flags: ['--samples'],
    environment: { WAYBELL_DATABASE: 'postgres://u:hidden@localhost/d', WAYBELL_VAULT_KEY: key(1) },
    says: /leave out --samples, or --database/,
  },
  'where nothing listens': {
    environment: { WAYBELL_DATABASE: 'postgres://u:hidden@127.0.0.1:1/d', WAYBELL_VAULT_KEY: key(1) },
    says: /The database 127\.0\.0\.1:1\/d cannot be opened: .*ECONNREFUSED.* See --database/,
  },
};

for (const [what, { flags = [], environment, says }] of Object.entries(refused)) {
  test(`a start ${what} is refused`, async () => {
    const { code, stdout, stderr } = await serveToEnd(
      ['--data', 'data', '--port', '0', ...flags],
      folder,
      environment,
    );
    // 2: a setting; 1: what it leads to.
    assert.equal(code, says.source.includes('cannot be opened') ? 1 : 2, stdout);
    assert.match(stderr, says);
    assert.doesNotMatch(stdout + stderr, /hidden/);
  });
}

/** Tells of every index that is made who made it. */
const watchIndexes = `
  create table seen (by text);
  create function see() returns event_trigger language plpgsql
    as 'begin insert into seen values (current_setting(''application_name'')); end';
  create event trigger see on ddl_command_end when tag in ('CREATE INDEX') execute function see()`;

test('migrations go by the direct URL where there is one, which leads to the same database', async () => {
  const [url, another] = [await cluster.create(), await cluster.create()];
  await cluster.query(url, watchIndexes);
  const given = { url, name: 'of the test', key: Buffer.alloc(32, 'key 7') };
  await assert.rejects(
    openPostgresStore({ ...given, directUrl: another }),
    /the URL of --database-direct \(WAYBELL_DATABASE_DIRECT\) leads to another database/,
  );
  const directUrl = `${url}&application_name=migrations`;
  const store = await openPostgresStore({ ...given, directUrl });
  assert.equal(await store.ready(), true);
  await store.close();
  assert.deepEqual(await cluster.query(url, 'select distinct by from seen'), [{ by: 'migrations' }]);
  await assert.rejects(
    openPostgresStore({ ...given, directUrl: 'postgres://u:hidden@127.0.0.1:1/d' }),
    /ECONNREFUSED.+ and --database-direct \(WAYBELL_DATABASE_DIRECT\)\.$/,
  );
});

test("a start with another key than the first is refused, the first one's goes on", async (t) => {
  const url = await cluster.create();
  const flags = ['--database', url];
  const server = await startChildServer(t, { flags, environment: { WAYBELL_VAULT_KEY: key(1) } });
  assert.match(server.stdout, /store localhost\/test_\d+ {2}listening/);
  assert.equal(existsSync(path.join(server.data, 'waybell.db')), false);
  assert.equal(existsSync(path.join(server.data, 'vault-key')), false);
  await server.kill('SIGTERM');
  const { code, stderr } = await serveToEnd(['--data', 'data', '--port', '0', ...flags], folder, {
    WAYBELL_VAULT_KEY: key(2),
  });
  assert.equal(code, 1);
  assert.match(stderr, /sealed by key \w{8}, but the key given is \w{8}\. Set WAYBELL_VAULT_KEY/);
  await server.restart();
  assert.equal((await server.call('GET', '/account')).status, 200);
});
