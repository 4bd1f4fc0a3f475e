import assert from 'node:assert/strict';
import test from 'node:test';
import { makeLog } from '../base/log.ts';
import { AppError } from '../domain/error.ts';
import { type News, type NewsPage, Outdated } from '../store/store.ts';
import { makeNews, type NewsOptions, type NewsReader } from './news.ts';

const about = { accountId: 'acc_1', webhookId: 'wh_1' } as const;
const changed: News = { kind: 'changed', ...about };
const rests: News = { kind: 'rests', ...about };

/** A store whose news are what the test puts there. */
function world() {
  const kept: News[] = [];
  const heardPages: Pick<NewsPage, 'news' | 'isTorn'>[] = [];
  const said: [processId: string, upTo: number, heardBefore: number][] = [];
  let trimmed = 0;
  let readings = 0;
  let gate: Promise<void> = Promise.resolve();
  const store: NewsOptions['store'] = {
    async news(after) {
      readings++;
      // As they are when they are asked for, however long the answer takes.
      const all = kept.map((one, at) => ({ ...one, number: at + 1 }));
      const upTo = all.length;
      await gate;
      if (after === null) return { news: [], upTo, isTorn: false };
      if (after < trimmed) return { news: [], upTo, isTorn: true };
      return { news: all.slice(after), upTo, isTorn: false };
    },
    async sayHeard(processId, upTo) {
      said.push([processId, upTo, heardPages.length]);
    },
    async endLeftRests() {},
    hearsSignals: () => true,
  };
  const news: NewsReader = makeNews({
    store,
    log: makeLog('silent'),
    processId: 'this',
    onNews: (page) => void heardPages.push(page),
  });
  return {
    ...{ news, kept, heardPages, said, store },
    readings: () => readings,
    trim: () => {
      trimmed = kept.length;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

test('at the start all that is held is out of date, and what comes later is heard once, up to a number', async (t) => {
  const { news, kept, heardPages } = world();
  t.after(() => news.stop());
  kept.push(changed);
  await news.start();
  assert.equal(news.heard(), 1);
  // A request may have come before, and left in memory what was so then.
  assert.deepEqual(heardPages.splice(0), [
    { news: [], isTorn: true },
    { news: [], upTo: 1, isTorn: false },
  ]);
  kept.push(changed, rests);
  await news.catchUp();
  await news.catchUp();
  const numbered = [
    { ...changed, number: 2 },
    { ...rests, number: 3 },
  ];
  assert.deepEqual(heardPages, [{ news: numbered, upTo: 3, isTorn: false }]);
  assert.equal(news.heard(), 3);
});

test('a decision that was outdated is made again with what is heard then; another failure is not', async () => {
  const { news, kept } = world();
  kept.push(changed);
  const tries: number[] = [];
  const decided = await news.freshly(async (heard) => {
    tries.push(heard);
    if (heard < kept.length) throw new Outdated();
    return 'decided';
  });
  assert.deepEqual([decided, tries], ['decided', [0, 1]]);
  await assert.rejects(
    news.freshly(async () => {
      tries.push(-1);
      throw new Error('another');
    }),
    /another/,
  );
  assert.equal(tries.filter((heard) => heard === -1).length, 1);
});

test('a decision that is outdated for ever ends', async () => {
  const { news, kept } = world();
  let tries = 0;
  await assert.rejects(
    news.freshly(async () => {
      tries++;
      kept.push(changed);
      throw new Outdated();
    }),
    (error) => error instanceof AppError && error.problem.code === 'busy',
  );
  assert.ok(tries > 1 && tries < 100, `${tries}`);
});

test('who asks while the news are being read waits for what was there when it asked', async () => {
  const { news, kept, hold, readings } = world();
  const open = hold();
  const first = news.catchUp();
  const others = [news.catchUp(), news.catchUp()];
  kept.push(changed);
  open();
  await Promise.all(others);
  assert.equal(news.heard(), 1);
  await first;
  // The first read twice, until there was no more; the others did once more, together.
  assert.ok(readings() <= 4, `${readings()}`);
});

test('where some of it is not kept any more everything is outdated', async () => {
  const { news, kept, trim, heardPages } = world();
  kept.push(changed, changed);
  trim();
  await news.catchUp();
  assert.deepEqual(heardPages, [{ news: [], upTo: 2, isTorn: true }]);
  assert.equal(news.heard(), 2);
});

test('that a webhook rests is acknowledged, after it was heard', async () => {
  const { news, kept, said } = world();
  kept.push(changed);
  await news.catchUp();
  assert.deepEqual(said, []);
  kept.push(rests);
  await news.catchUp();
  assert.deepEqual(said, [['this', 2, 2]]);
});

test('a store that one process has is asked at the start alone', async () => {
  const asked: (number | null)[] = [];
  const news = makeNews({
    store: {
      async news(after) {
        asked.push(after);
        return null;
      },
      async sayHeard() {},
      async endLeftRests() {},
      hearsSignals: () => true,
    },
    log: makeLog('silent'),
    processId: 'this',
    onNews: () => assert.fail('there are none'),
  });
  await news.start();
  assert.deepEqual([asked, news.heard()], [[null], 0]);
});
