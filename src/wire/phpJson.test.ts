import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { phpJson } from './phpJson.ts';

/** What PHP is known to write; where PHP is on the machine, it is asked as well. */
const cases: readonly (readonly [what: string, value: unknown, json: string])[] = [
  ['a slash', 'http://www.ems.com.cn/', '"http:\\/\\/www.ems.com.cn\\/"'],
  ['quotes and a backslash', '"a\\b"', '"\\"a\\\\b\\""'],
  ['a backslash before a slash', '\\/', '"\\\\\\/"'],
  ['Chinese, in lower-case hex', '未妥投', '"\\u672a\\u59a5\\u6295"'],
  ['Latin-1', 'Posten´s café', '"Posten\\u00b4s caf\\u00e9"'],
  ['beyond the first plane, as two surrogates', '📦', '"\\ud83d\\udce6"'],
  ['control characters with a name', '\b\f\n\r\t', '"\\b\\f\\n\\r\\t"'],
  ['control characters without one', '\u0000\u000b\u001b\u001f', '"\\u0000\\u000b\\u001b\\u001f"'],
  ['delete, which is ASCII and stays', '\u007f', '"\u007f"'],
  ['the first character beyond ASCII', '\u0080', '"\\u0080"'],
  ['line separators', '\u2028\u2029', '"\\u2028\\u2029"'],
  ['the byte order mark and the last of the plane', '\ufeff\uffff', '"\\ufeff\\uffff"'],
  ['what HTML would escape', "<a href='x'>&amp;</a>", '"<a href=\'x\'>&amp;<\\/a>"'],
  ['what a replacement pattern would take for its own', "$& $1 $'", '"$& $1 $\'"'],
  ['null, booleans, whole numbers, empty lists', [null, true, false, 0, -7, []], '[null,true,false,0,-7,[]]'],
  ['a key', { 'ключ/': '' }, '{"\\u043a\\u043b\\u044e\\u0447\\/":""}'],
];

for (const [what, value, json] of cases) {
  test(`JSON is written as PHP writes it: ${what}`, () => assert.equal(phpJson(value), json));
}

test('PHP itself writes the same for all of these', (t) => {
  if (skippedWithoutPhp(t)) return;
  assert.deepEqual(
    writtenByPhp(cases.map(([, value]) => value)),
    cases.map(([, , json]) => json),
  );
});

test('PHP itself writes the same for any text', (t) => {
  if (skippedWithoutPhp(t)) return;
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' }));
  fc.assert(
    fc.property(fc.array(text, { minLength: 200, maxLength: 400 }), (texts) => {
      assert.deepEqual(writtenByPhp(texts), texts.map(phpJson));
    }),
    { numRuns: 8 },
  );
});

test('whatever is written is ASCII and reads back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = phpJson(text);
      assert.match(json, /^[ -\u007f]*$/);
      assert.equal(JSON.parse(json), text);
    }),
  );
});

/** Each value as PHP's `json_encode` writes it by default. */
function writtenByPhp(values: readonly unknown[]): string[] {
  const code = 'foreach (json_decode(stream_get_contents(STDIN)) as $value) echo json_encode($value), "\\n";';
  return execFileSync('php', ['-r', code], { input: JSON.stringify(values), encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

function skippedWithoutPhp(t: TestContext): boolean {
  if (spawnSync('php', ['-v']).status === 0) return false;
  t.skip('PHP is not on this machine.');
  return true;
}
