import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { draftSecret, keptSecret } from './secretFile.ts';

function put(file: string, secret: string): void {
  const draft = draftSecret(file, secret);
  draft.keep();
  draft.drop();
}

test('a secret is made once, and found again', () =>
  withFolder((folder) => {
    const file = path.join(folder, 'key');
    assert.equal(
      keptSecret(file, () => 'first'),
      'first',
    );
    assert.equal(
      keptSecret(file, () => assert.fail('it is there already')),
      'first',
    );
    assert.equal(readFileSync(file, 'utf8'), 'first\n');
    assert.deepEqual(readdirSync(folder), ['key'], 'no draft is left');
  }));

test('a secret that another process puts there in between is the one', () =>
  withFolder((folder) => {
    const file = path.join(folder, 'key');
    const found = keptSecret(file, () => {
      put(file, 'of the other');
      return 'mine';
    });
    assert.equal(found, 'of the other');
    assert.deepEqual(readdirSync(folder), ['key']);
  }));

test('a file that is empty is an empty secret, and is not made anew', () =>
  withFolder((folder) => {
    const file = path.join(folder, 'key');
    writeFileSync(file, '');
    assert.equal(
      keptSecret(file, () => assert.fail('it is there already')),
      '',
    );
  }));

test("a secret that is written takes the place of another, and is its owner's alone", () =>
  withFolder((folder) => {
    const file = path.join(folder, 'key');
    writeFileSync(file, 'a longer secret than the next\n', { mode: 0o644 });
    put(file, 'next');
    assert.equal(readFileSync(file, 'utf8'), 'next\n');
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['key']);
  }));

test("a draft that a killed process of the same id left behind is in nobody's way", () =>
  withFolder((folder) => {
    const file = path.join(folder, 'key');
    writeFileSync(`${file}.${process.pid}`, 'half a sec');
    assert.equal(
      keptSecret(file, () => 'whole'),
      'whole',
    );
  }));

test('what cannot be written is an error, and leaves no draft', () =>
  withFolder((folder) => {
    const file = path.join(folder, 'key');
    assert.throws(() => put(path.join(folder, 'none', 'key'), 'secret'), /ENOENT/);
    assert.throws(
      () =>
        keptSecret(file, () => {
          throw new Error('none to be had');
        }),
      /none to be had/,
    );
    assert.deepEqual(readdirSync(folder), []);
  }));

function withFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-secret-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
