import assert from 'node:assert/strict';
import test from 'node:test';
import { anId } from '../../test/support/build.ts';
import { addressHash, makeUnsubscribeTokens, type Reader } from './unsubscribeTokens.ts';

const tokens = makeUnsubscribeTokens('a secret');
const accountId = anId('acc', 1);
const readers: readonly Reader[] = [
  { of: 'recipient', accountId, addressHash: addressHash(accountId, 'kim@customer.example') },
  { of: 'member', accountId, memberId: anId('mem', 2), kind: 'statuses' },
  { of: 'member', accountId, memberId: anId('mem', 2), kind: 'delivery.parked' },
];

test('a token says whose letters end, and fits into a line of an address', () => {
  for (const reader of readers) {
    const token = tokens.make(reader);
    assert.deepEqual(tokens.read(token), reader);
    assert.match(token, /^[\w-]{60,100}$/);
  }
});

test('a token that was changed in any place, or signed by another secret, is none', () => {
  for (const reader of readers) {
    const bytes = Buffer.from(tokens.make(reader), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      assert.equal(tokens.read(changed.toString('base64url')), null, `${at}`);
    }
    assert.equal(makeUnsubscribeTokens('another').read(tokens.make(reader)), null);
  }
  for (const text of ['', 'x', '../..', 'A'.repeat(87), 'A'.repeat(10_000), 'é'.repeat(80)])
    assert.equal(tokens.read(text), null);
});

test('an address is the same in any case, and another in another account', () => {
  const hash = addressHash(accountId, 'Kim@Customer.example');
  assert.equal(hash, addressHash(accountId, 'kim@customer.EXAMPLE'));
  assert.notEqual(hash, addressHash(anId('acc', 2), 'kim@customer.example'));
  assert.notEqual(hash, addressHash(accountId, 'lee@customer.example'));
});
