/** The catalogue of errors and its page hold the same codes and statuses. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ERRORS } from '../../src/domain/error.ts';
import { HTTP_STATUS } from '../../src/http/problem.ts';

const page = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$/gm)];

test('every error is on the page, in the order of the catalogue, and nothing else is', () => {
  assert.deepEqual(
    rows.map(([, code]) => code),
    Object.keys(ERRORS),
  );
});

test('the page tells the status of every error', () => {
  const told = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]));
  assert.deepEqual(told, HTTP_STATUS);
});

test('every error says what to do', () => {
  for (const [row, , , meaning, remedy] of rows) assert.ok(meaning && remedy, row);
  for (const [code, sentence] of Object.entries(ERRORS)) assert.match(sentence, /[.`]$/, code);
});
