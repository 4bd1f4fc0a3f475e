import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { keyOfFolder, makeVault } from './vault.ts';

const key = Buffer.alloc(32, 1);
const vault = makeVault(key);

describe('a vault', () => {
  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, purpose) => {
        assert.equal(vault.open(purpose, vault.seal(purpose, secret)), secret);
      }),
    );
    for (const secret of ['', 'whsec_📦', 'x'.repeat(100_000)]) {
      assert.equal(vault.open('webhook.secret', vault.seal('webhook.secret', secret)), secret);
    }
  });

  it('shows nothing of the text, and never seals it alike', () => {
    const sealed = [vault.seal('p', 'secret-text'), vault.seal('p', 'secret-text')];
    assert.notEqual(sealed[0], sealed[1]);
    for (const text of sealed) {
      assert.ok(!text.includes('secret-text'));
      assert.ok(!Buffer.from(text.split('.')[1] as string, 'base64url').includes('secret'));
      assert.equal(text.split('.')[0], vault.keyId);
    }
  });

  it('does not open what was tampered with, in any byte', () => {
    const [keyId, payload] = vault.seal('p', 'secret').split('.') as [string, string];
    const bytes = Buffer.from(payload, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] as number) ^ 1;
      assert.throws(() => vault.open('p', `${keyId}.${changed.toString('base64url')}`), `byte ${index}`);
    }
  });

  it('does not open a text that was cut short, or none', () => {
    const [keyId, payload] = vault.seal('p', 'secret').split('.') as [string, string];
    const bytes = Buffer.from(payload, 'base64url');
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length).toString('base64url');
      assert.throws(() => vault.open('p', `${keyId}.${cut}`), `${length} bytes`);
    }
    for (const text of ['', '.', keyId, `${keyId}.`, 'plain text'])
      assert.throws(() => vault.open('p', text), text);
  });

  it('does not open for another purpose', () => {
    assert.throws(() => vault.open('webhook.url', vault.seal('webhook.secret', 's')));
  });

  it('names both keys when the text was sealed by another', () => {
    const other = makeVault(Buffer.alloc(32, 2));
    assert.notEqual(other.keyId, vault.keyId);
    assert.throws(
      () => other.open('p', vault.seal('p', 's')),
      new RegExp(`key ${vault.keyId}.*is ${other.keyId}`),
    );
  });

  it('takes only a key of 32 bytes', () => {
    for (const length of [0, 16, 31, 33]) {
      assert.throws(
        () => makeVault(Buffer.alloc(length)),
        new RegExp(`has 32 bytes, this one has ${length}`),
      );
    }
  });
});

describe('the key of a data directory', () => {
  it('is made once, readable by its owner alone, and found again', () =>
    withFolder((folder) => {
      const made = keyOfFolder(folder);
      assert.equal(made.length, 32);
      assert.deepEqual(keyOfFolder(folder), made);
      if (process.platform !== 'win32')
        assert.equal(statSync(path.join(folder, 'vault-key')).mode & 0o777, 0o600);
    }));

  it('is another in every directory', () =>
    withFolder((one) => withFolder((other) => assert.notDeepEqual(keyOfFolder(one), keyOfFolder(other)))));

  it('that was put there is taken as it is, and a broken one is refused by the vault', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'vault-key');
      writeFileSync(file, `${key.toString('base64')}\n\n`);
      assert.deepEqual(keyOfFolder(folder), key);
      writeFileSync(file, 'broken');
      assert.throws(() => makeVault(keyOfFolder(folder)), /has 32 bytes/);
      assert.equal(readFileSync(file, 'utf8'), 'broken');
    }));

  it('is one, when several processes start at once', async () => {
    const folder = newFolder();
    try {
      const module = path.join(import.meta.dirname, 'vault.ts');
      const script = `import { keyOfFolder } from ${JSON.stringify(module)}; console.log(keyOfFolder(${JSON.stringify(folder)}).toString('hex'))`;
      const parameters = ['--input-type=module', '-e', script];
      const runs = [0, 1, 2, 3].map(() => promisify(execFile)(process.execPath, parameters));
      const keys = new Set((await Promise.all(runs)).map(({ stdout }) => stdout.trim()));
      assert.equal(keys.size, 1);
      assert.equal([...keys][0]?.length, 64);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'waybell-vault-'));
}

function withFolder(run: (folder: string) => void): void {
  const folder = newFolder();
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
