/** What the types are made of that clients bind answers to: an object has its members and no others. */
import assert from 'node:assert/strict';
import Type, { type TSchema } from 'typebox';
import Schema from 'typebox/schema';

export const text = Type.Union([Type.String(), Type.Null()]);
export const instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d$',
});
export const bareId = Type.String({ pattern: '^[0-9a-f]{32}$' });

/** Members of one type, by their names with spaces between. */
export function each(type: TSchema, names: string): Record<string, TSchema> {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, type]),
  );
}

export function texts(names: string): Record<string, TSchema> {
  return each(text, names);
}

export function exactly(members: Record<string, TSchema>) {
  return Type.Object(members, { additionalProperties: false });
}

/** Fails where the whole answer is not of these types. */
export function checkAnswer(what: string, types: TSchema, answer: unknown): void {
  const check = Schema.Compile(types);
  assert.ok(
    check.Check(answer),
    `${what}: ${JSON.stringify(check.Errors(answer))}\n${JSON.stringify(answer)}`,
  );
}
