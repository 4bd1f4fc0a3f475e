/** The bounds that a user can meet and their page: the same names, values and units, in the same order. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { limits } from '../../src/domain/limits.ts';

const page = readFileSync(new URL('../../docs/reference/limits.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| (\d[\d ]*) ([a-z]+) +\| (.+?) +\|(.*)\|$/gm)].map(
  ([, name = '', value = '', unit = '', bounds = '']) => ({
    name,
    value: Number(value.replaceAll(' ', '')),
    unit,
    bounds,
  }),
);

test('every limit is on the page with its value, in the order of the table, and nothing else is', () => {
  assert.deepEqual(
    rows.map(({ name, value }) => [name, value]),
    Object.entries(limits),
  );
});

test('the unit on the page is the one in the name', () => {
  const units = [
    [/Bytes(Max|Min)$/, 'bytes'],
    [/Chars(Max|Min)$/, 'characters'],
    [/Seconds(Max|Min)$/, 'seconds'],
    [/Hours$/, 'hours'],
    [/Days$/, 'days'],
  ] as const;
  for (const { name, unit } of rows) {
    const named = units.find(([form]) => form.test(name));
    if (named !== undefined) assert.equal(unit, named[1], name);
  }
});

test('a size told in MiB is the size in bytes', () => {
  for (const { name, value, unit, bounds } of rows) {
    if (unit !== 'bytes') continue;
    const mebibytes = /: (\d+) MiB\./.exec(bounds)?.[1];
    if (mebibytes !== undefined) assert.equal(Number(mebibytes) * 1024 * 1024, value, name);
  }
});
