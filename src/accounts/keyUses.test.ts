import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLog } from '../base/log.ts';
import type { ApiKey } from '../domain/account.ts';
import { type KeyUse, StoreUnavailable } from '../store/store.ts';
import { makeKeyUses } from './keyUses.ts';

const [one, two] = [keyOf('key_1'), keyOf('key_2')];

function keyOf(id: ApiKey['id'], lastUsedAt: number | null = null): ApiKey {
  return { id, accountId: 'acc_1', name: '', role: 'member', hash: id, hint: '', createdAt: 0, lastUsedAt };
}

function world() {
  const written: (readonly KeyUse[])[] = [];
  const state = { now: 1000, isFull: false };
  const uses = makeKeyUses({
    store: {
      async touchKeys(some) {
        if (state.isFull) throw new StoreUnavailable('full', null);
        written.push(some);
      },
    },
    clock: { now: () => state.now, monotonic: () => 0 },
    log: makeLog('silent'),
  });
  return { written, state, uses };
}

test('however often a key is used, it is written once, with the others, and only then', async () => {
  const { written, state, uses } = world();
  for (state.now = 1; state.now <= 500; state.now++) uses.used(one);
  uses.used(two);
  assert.deepEqual(written, []);
  await uses.write();
  const use = (id: string, lastUsedAt: number) => ({ accountId: 'acc_1', id, lastUsedAt });
  assert.deepEqual(written, [[use('key_1', 500), use('key_2', 501)]]);
  await uses.write();
  assert.equal(written.length, 1, 'nothing was used since');
});

test('the later of what is kept and what is noted is told', () => {
  const { uses } = world();
  assert.equal(uses.lastUsedAt(one), null);
  assert.equal(uses.lastUsedAt(keyOf('key_1', 5)), 5);
  uses.used(one);
  assert.equal(uses.lastUsedAt(keyOf('key_1', 5)), 1000);
  assert.equal(uses.lastUsedAt(keyOf('key_1', 2000)), 2000, 'another process wrote it');
});

test('what cannot be written is written the next time, unless it was used again since', async () => {
  const { written, state, uses } = world();
  uses.used(one);
  uses.used(two);
  state.isFull = true;
  const failing = uses.write();
  state.now = 3000;
  uses.used(two);
  await failing;
  state.isFull = false;
  await uses.write();
  assert.deepEqual(
    new Map(written.flat().map(({ id, lastUsedAt }) => [id, lastUsedAt])),
    new Map([
      ['key_2', 3000],
      ['key_1', 1000],
    ]),
  );
});
