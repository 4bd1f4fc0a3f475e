import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecrets } from './redact.ts';

for (const [text, shown] of [
  ['postgres://u:S3@host/d', 'postgres://***@host/d'],
  ['u:S3@host', '***@host'],
  ['"http://u:S3@p@ss:w@host" is none', '"http://***@host" is none'],
  ["error: unknown option '--proxi=http://u:S3@host'", "error: unknown option '--proxi'"],
  ["error: unknown option '--kee=S3 and 'more'\nS3'", "error: unknown option '--kee'"],
  ["error: unknown option '--database'", "error: unknown option '--database'"],
  ["error: unknown command 'http://:S3@host:1'", "error: unknown command 'http://***@host:1'"],
  ['got 2: http://host/a, u:S3@host', 'got 2: http://host/a, ***@host'],
  ['mail anna@shop.example at 12:30 to http://host:1/', 'mail anna@shop.example at 12:30 to http://host:1/'],
] as const) {
  test(`${JSON.stringify(text)} is quoted without its secrets`, () => {
    assert.equal(withoutSecrets(text), shown);
  });
}
