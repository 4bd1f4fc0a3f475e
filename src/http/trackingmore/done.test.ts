import assert from 'node:assert/strict';
import test from 'node:test';
import { AppError } from '../../domain/error.ts';
import { dealtWith, doneInTurn, doneTogether } from './done.ts';
import type { Members } from './said.ts';
import { Refusal } from './skin.ts';

const items = [{ n: 1 }, { n: 2 }, { n: 3 }];

/** As many as are to go well, and then this. */
const failingAfter = (most: number, error: Error) => {
  let done = 0;
  return (item: Members) => {
    if (done++ === most) throw error;
    return item.n;
  };
};

test('each item is done or refused by itself, in their order', async () => {
  const { accepted, refused } = dealtWith(await doneInTurn(items, failingAfter(1, new Refusal(424))));
  assert.deepEqual(accepted, [1, 3]);
  assert.deepEqual(
    refused.map(({ item, refusal }) => [item, (refusal as Refusal).code]),
    [[{ n: 2 }, 424]],
  );
});

test('what is done together is done with what can be read, and each is told its own result', async () => {
  const all = await doneTogether(items, {
    read: failingAfter(1, new AppError('number_invalid')),
    all: async (numbers) => numbers.map((number) => `made ${number}`),
    tell(result) {
      if (result === 'made 3') throw new Refusal(423);
      return result;
    },
  });
  assert.deepEqual(
    all.map(({ item, value, refusal }) => [item.n, value, refusal instanceof Refusal]),
    [
      [1, 'made 1', false],
      [2, null, false],
      [3, null, true],
    ],
  );
});

test('a failure that is no refusal is told as none of an item', async () => {
  await assert.rejects(doneInTurn(items, failingAfter(1, new Error('broken'))), /broken/);
});

test("where nothing was done, the server's own trouble is that of the whole call, and else that of its item", async () => {
  const busy = new AppError('busy');
  const none = await doneInTurn(items, () => {
    throw busy;
  });
  assert.throws(() => dealtWith(none), busy);
  const some = dealtWith(await doneInTurn(items, failingAfter(2, busy)));
  assert.deepEqual([some.accepted, some.refused[0]?.refusal], [[1, 2], busy]);
  const absent = dealtWith(await doneInTurn([{}], failingAfter(0, new AppError('tracking_not_found'))));
  assert.equal(absent.refused.length, 1);
});
