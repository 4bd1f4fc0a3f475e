import assert from 'node:assert/strict';
import test from 'node:test';
import { isEmail, maskedEmail } from './email.ts';

test('an address is one address and nothing else', () => {
  for (const good of [
    'kim@customer.example',
    "o'neil+shop@mail.customer.example",
    'åsa@exämple.example',
    'a.b@c-d.example',
  ])
    assert.ok(isEmail(good), good);
  for (const bad of [
    ...[
      '',
      'kim',
      '@customer.example',
      'kim@',
      'kim@localhost',
      'kim@-x.example',
      'kim@x..example',
      '.kim@x.example',
    ],
    ...[
      'kim@x.example, lee@x.example',
      'kim@x.example\r\nBcc: lee@x.example',
      'Kim <kim@x.example>',
      '"kim lee"@x.example',
    ],
    ...[
      'kim@x.example\0',
      'kim@lee@x.example',
      'kim@[127.0.0.1]',
      'kim lee@x.example',
      'kim@x.example>',
      '\ud800@x.example',
    ],
    ...[`${'k'.repeat(65)}@x.example`, `kim@${'x'.repeat(250)}.example`, `kim@${'x.'.repeat(10_000)}example`],
  ])
    assert.ok(!isEmail(bad), bad.slice(0, 60));
});

test('an address in a log shows its first letter and its host', () => {
  assert.equal(maskedEmail('kim@customer.example'), 'k***@customer.example');
});
