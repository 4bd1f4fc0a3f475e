/** `waybell migrate` brings a database's schema up to date, and says what it did or that there is nothing to do. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { startCluster } from '../support/postgres.ts';
import { run, withFolder } from './program.ts';

const cluster = await startCluster();
after(() => cluster.stop());

const files = readdirSync(path.join(import.meta.dirname, '../../src/store/postgres/migrations')).sort();
const environment = { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 3').toString('base64') };

test('an empty database is looked at, brought up to date file by file, and then there is nothing to do', () =>
  withFolder(async (cwd) => {
    const url = await cluster.create();
    const migrate = (...args: string[]) => run(['migrate', '--database', url, ...args], { cwd, environment });
    const look = await migrate('--check');
    assert.equal(look.code, 1);
    assert.match(
      look.stdout,
      /^localhost\/test_\d+ has schema version 0, to come: 000001_first\.sql[^\n]*\.\n$/,
    );
    assert.deepEqual(JSON.parse((await migrate('--check', '--json')).stdout), { version: 0, pending: files });

    const done = await migrate();
    assert.equal(done.code, 0, done.stderr);
    const lines = done.stdout.trim().split('\n');
    assert.match(lines.pop() ?? '', new RegExp(`went from schema version 0 to ${files.length}\\.$`));
    assert.deepEqual(
      lines.map((line) => line.replace(/ {2}\d+\.\d\d s$/, '')),
      files,
    );

    for (const args of [[], ['--check']]) {
      const { code, stdout } = await migrate(...args);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`has schema version ${files.length}: nothing to do\\.\n$`));
    }
    const { from, to, files: ran } = JSON.parse((await migrate('--json')).stdout);
    assert.deepEqual([from, to, ran], [files.length, files.length, []]);
  }));

test('what cannot be is said in a sentence, without the password', () =>
  withFolder(async (cwd) => {
    const none = await run(['migrate', '--from', 'data'], { cwd, environment });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /Name the database with --database or WAYBELL_DATABASE/);
    const away = 'postgres://u:hidden@127.0.0.1:1/d';
    const refused = await run(['migrate'], { cwd, environment: { ...environment, WAYBELL_DATABASE: away } });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /The database 127\.0\.0\.1:1\/d cannot be used: .*ECONNREFUSED/);
    assert.doesNotMatch(refused.stdout + refused.stderr, /hidden/);
  }));
