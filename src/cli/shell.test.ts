import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { keyHeader, quoted } from './shell.ts';

const texts = [
  'data',
  'my data',
  "Anna's data",
  '$HOME `id` "x" \\',
  'a;b & c',
  '',
  '{"url":"http://[::1]/"}',
];

test('a word that is plain stays as it is', () => {
  for (const text of ['data/api-key', '../other.d/x_1', '/var/lib/waybell']) assert.equal(quoted(text), text);
});

test('a shell reads back what was quoted, whatever is in it', (t) => {
  if (process.platform === 'win32') return t.skip('There is no POSIX shell here.');
  for (const text of texts) {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' });
    assert.equal(stdout, text);
  }
});

test('the header names the file of the key, quoted where it has to be', () => {
  assert.equal(keyHeader('data'), '-H "Authorization: Bearer $(cat data/api-key)"');
  assert.equal(keyHeader('my data'), `-H "Authorization: Bearer $(cat 'my data/api-key')"`);
});
