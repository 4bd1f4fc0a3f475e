import assert from 'node:assert/strict';
import test from 'node:test';
import { anAccount } from '../../test/conformance/world.ts';
import { firstAccountLines, firstMemberLines } from './firstAccount.ts';

const first = { account: anAccount({ webhookSecret: 'secret-of-v4-0123456789' }), key: 'wk_0123456789' };

test('a terminal is shown the key and the webhook secret, once each', () => {
  const text = firstAccountLines(first, { folder: 'data', isTerminal: true }).join('\n');
  assert.equal(text.split(first.key).length, 2);
  assert.equal(text.split(first.account.webhookSecret).length, 2);
});

test('a pipe is shown neither, and told where they are to be had', () => {
  const text = firstAccountLines(first, { folder: 'data', isTerminal: false }).join('\n');
  assert.ok(!text.includes(first.key) && !text.includes(first.account.webhookSecret));
  assert.match(text, /API key: in data\/api-key/);
  assert.match(text, /`waybell account rotate-webhook-secret`/);
});

const member = { email: 'anna@shop.example', token: 'token-of-the-link' };
const outside = 'https://waybell.example';

test('a terminal is shown the link that sets the password of the first owner', () => {
  const [line] = firstMemberLines(member, { outside, isTerminal: true });
  assert.match(line ?? '', /https:\/\/waybell\.example\/welcome#token-of-the-link.* of anna@shop\.example/);
});

test('a pipe is told how a link is made', () => {
  const [line] = firstMemberLines(member, { outside, isTerminal: false });
  assert.match(line ?? '', /`waybell members link anna@shop\.example`/);
  assert.ok(!line?.includes(member.token));
});

test('no link is shown where the password was given', () => {
  const [line] = firstMemberLines({ ...member, token: null }, { outside, isTerminal: true });
  assert.match(line ?? '', /waybell\.example.* as anna@shop\.example, with the password that was given/);
});
