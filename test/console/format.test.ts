/** The format page explains every field that is sent, in the order in which they are sent, and no other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Field, fieldsOf, headersFieldsOf } from '../../console/src/format/fields.ts';
import { examplesOf, linesOf } from '../../console/src/format/sample.ts';
import { WEBHOOK_VERSIONS, type WebhookVersion } from '../../src/domain/status.ts';
import { none } from '../support/none.ts';

test('every field that is sent is explained, in its order, and no other', () => {
  for (const version of WEBHOOK_VERSIONS) {
    const sent = new Set(linesOf(bodyOf(version)).flatMap(({ path }) => path ?? []));
    assert.deepEqual(
      fieldsOf[version].map(({ path }) => path),
      [...sent],
      version,
    );
  }
});

test('the type of a field is that of its values, and what may be null is said to be', () => {
  for (const version of WEBHOOK_VERSIONS) {
    const wrong = fieldsOf[version].flatMap((field) =>
      valuesAt(JSON.parse(bodyOf(version)), field.path.split('.'))
        .filter((value) => !fits(field, value))
        .map((value) => `${version} ${field.path}: ${JSON.stringify(value)}`),
    );
    none(wrong, 'Correct the type in console/src/format/fields.ts.');
  }
});

test('a field that may be null and is so in the sample has an example all the same', () => {
  const spoken = /^always|^courierWants$|^first|^milestones$/;
  for (const version of WEBHOOK_VERSIONS) {
    const examples = examplesOf(bodyOf(version));
    const without = fieldsOf[version].filter(
      ({ path, type, example, meaning }) =>
        type === 'text' && example === null && !examples.has(path) && !spoken.test(meaning),
    );
    none(
      without.map(({ path }) => `${version} ${path}`),
      'Give it one in console/src/format/fields.ts.',
    );
  }
});

test('V4 alone has headers of its own', () => {
  const own = WEBHOOK_VERSIONS.map((version) => headersFieldsOf(version).length);
  assert.deepEqual(own, [6, 6, 8, 6]);
});

/** As `wire/bodies.test.ts` holds it to what is sent. */
function bodyOf(version: WebhookVersion): string {
  return readFileSync(new URL(`../../src/wire/golden/${version}.json`, import.meta.url), 'utf8');
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (value === null || value === undefined) return [];
  const isList = name.endsWith('[]');
  const member = (value as Record<string, unknown>)[isList ? name.slice(0, -2) : name];
  if (!isList) return valuesAt(member, rest);
  return (member as unknown[]).flatMap((item) => valuesAt(item, rest));
}

function fits({ type, nullable }: Field, value: unknown): boolean {
  if (value === null) return nullable;
  if (Array.isArray(value)) return type === 'list';
  const types = { string: 'text', number: 'number', boolean: 'boolean', object: 'object' };
  return types[typeof value as keyof typeof types] === type;
}
