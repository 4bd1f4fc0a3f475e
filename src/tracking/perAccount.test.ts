import assert from 'node:assert/strict';
import test from 'node:test';
import type { AccountId } from '../domain/account.ts';
import { makePerAccount } from './perAccount.ts';

const [greedy, modest]: readonly [AccountId, AccountId] = ['acc_greedy', 'acc_modest'];

test('whoever has most entries gives up the one used longest ago', () => {
  const entries = makePerAccount<number>(4);
  entries.set(modest, 'its own', 0);
  for (let at = 1; at <= 3; at++) entries.set(greedy, `list ${at}`, at);
  assert.equal(entries.get(greedy, 'list 1'), 1);
  for (let at = 4; at <= 5; at++) entries.set(greedy, `list ${at}`, at);
  const left = [1, 2, 3, 4, 5].map((at) => entries.get(greedy, `list ${at}`) ?? null);
  assert.deepEqual(left, [1, null, null, 4, 5]);
  assert.equal(entries.get(modest, 'its own'), 0);
});

test('an entry that is set again is one entry, and nobody has those of another', () => {
  const entries = makePerAccount<number>(2);
  for (const value of [1, 2, 3]) entries.set(greedy, 'same', value);
  entries.set(modest, 'same', 4);
  assert.deepEqual([entries.get(greedy, 'same'), entries.get(modest, 'same')], [3, 4]);
  assert.equal(entries.get(modest, 'other'), undefined);
});
