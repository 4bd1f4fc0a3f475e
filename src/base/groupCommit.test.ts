import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeGroupCommit } from './groupCommit.ts';

/** A flush that is ended by hand: what it was given, and how to answer it. */
function handFlushed() {
  const flushes: { items: string[]; answer(results?: string[]): void; fail(error: Error): void }[] = [];
  return {
    flushes,
    flush: (items: string[]) =>
      new Promise<string[]>((resolve, reject) => {
        flushes.push({
          items,
          answer: (results = items.map((item) => `${item}!`)) => resolve(results),
          fail: reject,
        });
      }),
    /** Resolves once the flush of that number has begun. */
    async begun(count: number) {
      while (flushes.length < count) await new Promise((resolve) => setImmediate(resolve));
      return flushes[count - 1] as (typeof flushes)[0];
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('answers each item with its own result', async () => {
    const { flush, begun } = handFlushed();
    const group = makeGroupCommit({ flush, delayMs: 0, weightMax: 10 });
    const results = Promise.all(['a', 'b', 'c'].map((item) => group.submit(item)));
    const first = await begun(1);
    assert.deepEqual(first.items, ['a', 'b', 'c']);
    first.answer(['1', '2', '3']);
    assert.deepEqual(await results, ['1', '2', '3']);
  });

  it('answers nobody before the flush has returned, and runs one flush at a time', async () => {
    const { flush, flushes, begun } = handFlushed();
    const group = makeGroupCommit({ flush, delayMs: 0, weightMax: 10 });
    let answered = 0;
    const first = group.submit('a').then(() => answered++);
    const one = await begun(1);
    const later = [group.submit('b'), group.submit('c')];
    await turn();
    await turn();
    assert.deepEqual([answered, flushes.length], [0, 1]);
    one.answer();
    await first;
    const two = await begun(2);
    assert.deepEqual(two.items, ['b', 'c'], 'what came meanwhile is one group');
    two.answer();
    assert.deepEqual(await Promise.all(later), ['b!', 'c!']);
  });

  it('flushes at once when the group is full, however long the delay', async () => {
    const { flush, begun } = handFlushed();
    const group = makeGroupCommit({ flush, delayMs: 3_600_000, weightMax: 3 });
    const results = Promise.all(['a', 'b', 'c'].map((item) => group.submit(item)));
    (await begun(1)).answer();
    assert.deepEqual(await results, ['a!', 'b!', 'c!']);
  });

  it('flushes a lone item after the delay', async () => {
    const group = makeGroupCommit({ flush: async (items: string[]) => items, delayMs: 1, weightMax: 100 });
    assert.equal(await group.submit('a'), 'a');
    assert.equal(await group.submit('b'), 'b');
  });

  it('keeps a group within the weight, and gives a heavier item one of its own', async () => {
    const groups: number[][] = [];
    const group = makeGroupCommit({
      flush: async (items: number[]) => {
        groups.push(items);
        return items;
      },
      delayMs: 0,
      weightMax: 10,
    });
    const weights = [4, 5, 3, 25, 1, 9, 1];
    await Promise.all(weights.map((weight) => group.submit(weight, weight)));
    assert.deepEqual(groups, [[4, 5], [3], [25], [1, 9], [1]]);
  });

  it('takes one of each in turn, so that who hands in much does not hold up who hands in little', async () => {
    const groups: string[][] = [];
    const group = makeGroupCommit({
      flush: async (items: string[]) => {
        groups.push(items);
        return items;
      },
      delayMs: 0,
      weightMax: 10,
      turnOf: (item) => item.slice(0, 1),
    });
    const submitted = [
      ...['a1', 'a2', 'a3', 'a4'].map((item) => group.submit(item, 10)),
      ...['b1', 'b2', 'c1', 'b3'].map((item) => group.submit(item, 4)),
    ];
    await Promise.all(submitted);
    assert.deepEqual(groups, [['a1'], ['b1', 'c1'], ['a2'], ['b2', 'b3'], ['a3'], ['a4']]);
  });

  it('lets nothing overtake what is too heavy for the rest of a group, so that its turn comes', async () => {
    const { flush, flushes, begun } = handFlushed();
    const group = makeGroupCommit({
      flush,
      delayMs: 0,
      weightMax: 4,
      turnOf: (item) => item.slice(0, 1),
      flushesMax: 2,
      keysOf: (item) => [item],
    });
    const results = [
      group.submit('b1', 1),
      group.submit('a1', 4),
      group.submit('a2', 1),
      group.submit('b2', 1),
    ];
    (await begun(1)).answer();
    (await begun(2)).answer();
    (await begun(3)).answer();
    await Promise.all(results);
    assert.deepEqual(
      flushes.map(({ items }) => items),
      [['b1', 'b2'], ['a1'], ['a2']],
    );
  });

  it('gives an error to all of the group, and only to that group', async () => {
    const { flush, begun } = handFlushed();
    const group = makeGroupCommit({ flush, delayMs: 0, weightMax: 2 });
    const results = Promise.allSettled(['a', 'b', 'c', 'd'].map((item) => group.submit(item)));
    (await begun(1)).fail(new Error('disk full'));
    (await begun(2)).answer();
    assert.deepEqual(
      (await results).map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message)),
      ['disk full', 'disk full', 'c!', 'd!'],
    );
  });

  it('takes a flush that throws at once like one that fails later', async () => {
    let times = 0;
    const group = makeGroupCommit<string, string>({
      flush(items) {
        if (times++ === 0) throw new Error('at once');
        return Promise.resolve(items);
      },
      delayMs: 0,
      weightMax: 10,
    });
    await assert.rejects(group.submit('a'), /at once/);
    assert.equal(await group.submit('b'), 'b');
  });

  it('is idle when all is answered, what came during the flush included', async () => {
    const { flush, begun } = handFlushed();
    const group = makeGroupCommit({ flush, delayMs: 0, weightMax: 10 });
    await group.idle();
    let idle = false;
    const first = group.submit('a');
    void group.idle().then(() => {
      idle = true;
    });
    const one = await begun(1);
    const second = group.submit('b');
    one.answer();
    await first;
    const two = await begun(2);
    await turn();
    assert.equal(idle, false);
    two.fail(new Error('no matter how'));
    await assert.rejects(second);
    await turn();
    assert.equal(idle, true);
  });

  it('answers every item once, in any load, with groups within the weight and in the order of submission', async () => {
    const anItem = fc.record({ weight: fc.integer({ min: 1, max: 12 }), turnsBefore: fc.nat({ max: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(anItem, { maxLength: 40 }), async (items) => {
        const seen: number[] = [];
        let running = 0;
        const group = makeGroupCommit<number, number>({
          async flush(group) {
            assert.equal(++running, 1);
            const weight = group.reduce((sum, index) => sum + (items[index]?.weight ?? 0), 0);
            assert.ok(weight <= 10 || group.length === 1);
            seen.push(...group);
            await turn();
            running--;
            if (group.some((index) => index % 7 === 6)) throw new Error('failed');
            return group.map((index) => index * 2);
          },
          delayMs: 0,
          weightMax: 10,
        });
        const answers: Promise<unknown>[] = [];
        for (const [index, { weight, turnsBefore }] of items.entries()) {
          for (let count = 0; count < turnsBefore; count++) await turn();
          answers.push(
            group.submit(index, weight).then(
              (result) => assert.equal(result, index * 2),
              () => 'failed',
            ),
          );
        }
        await group.idle();
        await Promise.all(answers);
        assert.deepEqual(seen, [...items.keys()]);
      }),
      { numRuns: 50 },
    );
  });
});
