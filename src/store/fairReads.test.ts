import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFairReads } from './fairReads.ts';
import { StoreUnavailable } from './store.ts';

/** Readings that end when they are told to; what is under way stands in `begun`. */
function world(atOnceMax: number) {
  const reads = makeFairReads(atOnceMax);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const read = (accountId: string) =>
    reads.inTurn(accountId, async () => {
      begun.push(accountId);
      await new Promise<void>((resolve) => ends.push(resolve));
      return accountId;
    });
  /** Ends the oldest that is under way, and lets what follows from that happen. */
  const endOne = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { read, begun, endOne };
}

test('an account that asks for very many reads two at a time, and another is read at once', async () => {
  const { read, begun, endOne } = world(5);
  const many = Array.from({ length: 48 }, () => read('greedy'));
  await endOne();
  assert.deepEqual(begun, ['greedy', 'greedy']);
  void read('modest');
  await endOne();
  assert.equal(begun.filter((one) => one === 'modest').length, 1);
  for (let left = 60; left > 0; left--) await endOne();
  assert.equal((await Promise.all(many)).length, 48);
});

test('where accounts together ask for more than there is, each has its turn', async () => {
  const { read, begun, endOne } = world(2);
  for (const accountId of ['a', 'a', 'a', 'a', 'b', 'b', 'c']) void read(accountId);
  for (let left = 7; left > 0; left--) await endOne();
  assert.deepEqual(begun.slice(0, 3), ['a', 'a', 'b']);
  assert.ok(begun.indexOf('c') < 5, begun.join());
  assert.equal(begun.length, 7);
});

test('what would wait behind too many is refused, and only that', async () => {
  const { read, begun, endOne } = world(1);
  const taken = Array.from({ length: 65 }, () => read('a'));
  await assert.rejects(read('a'), StoreUnavailable);
  const other = read('b');
  for (let left = 66; left > 0; left--) await endOne();
  assert.equal(await other, 'b');
  assert.equal((await Promise.all(taken)).length, 65);
  assert.equal(begun.length, 66);
});
