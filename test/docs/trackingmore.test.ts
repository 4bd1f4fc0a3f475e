/** TrackingMore's API and its pages: every endpoint, code and field stands on the page of its version, and nothing else does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { TrackingmoreServices } from '../../src/http/trackingmore/services.ts';
import type { Skin } from '../../src/http/trackingmore/skin.ts';
import { makeSkins } from '../../src/http/trackingmore/trackingmore.ts';
import { V3_CODES } from '../../src/http/trackingmore/v3/errors.ts';
import { v3Fields } from '../../src/http/trackingmore/v3/fields.ts';
import { V4_CODES } from '../../src/http/trackingmore/v4/errors.ts';
import { v4Fields } from '../../src/http/trackingmore/v4/fields.ts';

interface Told {
  readonly codes: Readonly<Record<number, readonly [status: number, message: string]>>;
  readonly fields: Readonly<Record<string, string>>;
  /** Codes that the page says do not occur. */
  readonly without: readonly number[];
}

const versions: Readonly<Record<string, Told>> = {
  v3: { codes: V3_CODES, fields: v3Fields, without: [203, 403] },
  v4: { codes: V4_CODES, fields: v4Fields, without: [4161, 4162, 4163, 4164, 4165, 4166, 4167, 4168] },
};

for (const [version, { codes, fields, without }] of Object.entries(versions)) {
  const page = readFileSync(
    new URL(`../../docs/reference/trackingmore-${version}.md`, import.meta.url),
    'utf8',
  );
  const skin = makeSkins({} as TrackingmoreServices).find(({ prefix }) => prefix === `/${version}`) as Skin;

  test(`every endpoint of ${version} is on its page by its methods, with its other names and its limit`, () => {
    const told = tableOf(page, 'Request').flatMap((row) => {
      const [, methods, path = ''] = /`([A-Z, ]+) (\S+?)`/.exec(row.Request ?? '') ?? [];
      const others = [...(row['Other names'] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) =>
        path.replace(/\w+$/, name as string),
      );
      const limit = row['Limit*'] ?? '1';
      return [path, ...others].map((one) => `${methods} ${one.replace('{id}', ':id')} ${limit}`);
    });
    const there = skin.endpoints
      .filter(({ path }) => !path.includes('sandbox'))
      .map(({ methods, path, perSecond }) => `${methods.join(', ')} ${skin.prefix}${path} ${perSecond}`);
    assert.deepEqual(told.toSorted(), there.toSorted());
  });

  test(`every code of ${version} is on its page with its HTTP status`, () => {
    const told = tableOf(page, 'HTTP').flatMap((row) =>
      (row.Code ?? '').split(', ').map((code) => [Number(code), Number(row.HTTP)] as const),
    );
    const there = Object.entries(codes)
      .map(([code, [status]]) => [Number(code), status] as const)
      .filter(([code]) => !without.includes(code));
    const byCode = (a: readonly number[], b: readonly number[]) => (a[0] as number) - (b[0] as number);
    assert.deepEqual(told.toSorted(byCode), [[200, 200] as const, ...there].toSorted(byCode));
    for (const code of without) assert.match(page, new RegExp(`\\b${code}\\b.* do not occur`));
  });

  test(`every field of ${version} is on its page, with what it is in /api/v1`, () => {
    const rows = tableOf(page, version);
    for (const [name, own] of Object.entries(fields)) {
      const row = rows.find((one) => new RegExp(`\`${name}\``).test(one[version] ?? ''));
      if (row === undefined)
        assert.match(page, new RegExp(`names of other versions .*\`${name}\``, 'is'), name);
      else if (name !== own) assert.match(row['`/api/v1`'] ?? '', new RegExp(`\`${own}\``), name);
    }
  });
}

/** The rows of the table whose first column is headed so. */
function tableOf(page: string, head: string): readonly Readonly<Record<string, string>>[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  assert.notEqual(start, -1, head);
  const cellsOf = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
  const names = cellsOf((lines[start] as string).replaceAll('\\*', '*'));
  const end = lines.findIndex((line, place) => place > start && !line.startsWith('|'));
  return lines
    .slice(start + 2, end)
    .map((line) => Object.fromEntries(cellsOf(line).map((cell, place) => [names[place], cell])));
}
