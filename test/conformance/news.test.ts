/**
 * The news of several processes, each with a store of its own on one database: they are read without a gap in the order of
 * commits, as far back as they are kept. What may not be written by who has not heard them is in `outdated.test.ts`, what a
 * process does with them in memory in `src/shards/news.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import { makeLog } from '../../src/base/log.ts';
import type { Account } from '../../src/domain/account.ts';
import type { Duty } from '../../src/domain/shard.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { makeNews, type NewsReader } from '../../src/shards/news.ts';
import { newsKeptMax } from '../../src/store/postgres/news.ts';
import {
  type News,
  type NewsPage,
  type NumberedNews,
  Outdated,
  type Store,
  StoreUnavailable,
} from '../../src/store/store.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';
import { withGate } from './gate.ts';
import { aKey, anAccount, aParcel, changeOf, countOf, heardAll, settled } from './world.ts';

/** Longer than any test. */
const longMs = 3_600_000;
/** Over before anybody can ask again, or soon after. */
const shortMs = 1;

const databases = await startDatabases();
const { cluster, withStores } = databases;
after(() => cluster.stop());

describe('the numbers of the news', () => {
  it('are in the order of commits: none is given while the one before may yet be undone', () =>
    withGate(databases, async ([one, two, three], gate) => {
      const [held, free] = await twoAccounts(one);
      const before = await countOf(three);
      await gate.close(held.id);
      const first = one.updateAccount(held, heardAll);
      await until('the first has its number', async () => (await gate.waiting()) === 1);
      let isSecondDone = false;
      const second = two.updateAccount(free, heardAll).then(() => {
        isSecondDone = true;
      });
      await until('the second waits or is done', async () => isSecondDone || (await gate.waiting()) === 2);
      assert.deepEqual(await three.news(before), pageOf(before, []));
      await gate.open();
      await Promise.all([first, second]);
      assert.deepEqual(await three.news(before), pageOf(before, [changed(held), changed(free)]));
    }));

  it('have no gap where a change was undone that had one', () =>
    withGate(databases, async ([one, two, three], gate) => {
      const [held, free] = await twoAccounts(one);
      const before = await countOf(three);
      await gate.close(held.id);
      const undone = assert.rejects(one.updateAccount({ ...held, timeZone: 'Asia/Tokyo' }, heardAll));
      await until('the first has its number', async () => (await gate.waiting()) === 1);
      const second = two.updateAccount(free, heardAll);
      await until('the second waits', async () => (await gate.waiting()) === 2);
      await gate.endWhoWaits();
      await undone;
      await second;
      assert.equal((await three.account(held.id))?.timeZone, held.timeZone);
      assert.deepEqual(await three.news(before), pageOf(before, [changed(free)]));
    }));

  it('are read once each while all write at once and some fail, and of edits at once each counts', () =>
    withStores(async (stores, url) => {
      const [, , reader] = stores;
      // Fewer than it takes for one that always comes too late to give up.
      const editsOfEach = 8;
      const { account, webhooks } = await settled(reader, { description: '0' });
      const [webhook] = webhooks as [Webhook];
      const before = await countOf(reader);
      let writing = true;
      const reading = readOn(reader, before, () => writing);
      await Promise.all(
        stores.map(async (store) => {
          const edit = makeEditor(store, webhook);
          for (let count = 0; count < editsOfEach; count++) {
            await edit();
            const other = anAccount();
            await store.insertAccount(other, aKey(other.id));
            await assert.rejects(store.updateAccount(other, before), Outdated);
          }
        }),
      );
      writing = false;
      const read = await reading;
      assert.equal(read.length, 2 * stores.length * editsOfEach);
      assert.equal(await countOf(reader), before + read.length);
      const [kept] = await cluster.query(url, 'select count(*)::integer from news');
      assert.equal(kept?.count, before + read.length);
      const [saved] = await reader.webhooks(account.id);
      assert.equal(saved?.description, String(stores.length * editsOfEach));
    }));
});

describe('what the news say', () => {
  it('is what was changed, which webhook rests, and the rest that has ended', () =>
    withStores(async ([one, two]) => {
      const { account, webhooks } = await settled(one, {});
      const about = { accountId: account.id, webhookId: (webhooks[0] as Webhook).id };
      const before = await countOf(two);
      const rests: News = { kind: 'rests', ...about };
      const [first, second] = [await one.tell(rests), await two.tell(rests)];
      const goesOn: News = { kind: 'goes_on', ...about, rest: first };
      await one.updateWebhook(webhooks[0] as Webhook, null, heardAll);
      assert.equal(await one.tell(goesOn), before + 4);
      assert.deepEqual([first, second], [before + 1, before + 2]);
      const told: News[] = [rests, rests, { kind: 'changed', ...about }, goesOn];
      assert.deepEqual(await two.news(before), pageOf(before, told));
    }));

  it('is for who joins what rests just now: not what has ended, by its number, or was left', () =>
    withStores(async ([one, two], url) => {
      const { account, webhooks } = await settled(one, {}, {}, {});
      const [first, second, third] = webhooks.map(({ id }): News & { kind: 'rests' } => {
        return { kind: 'rests', accountId: account.id, webhookId: id };
      }) as [Rest, Rest, Rest];
      const ended = await one.tell(first);
      const open = await one.tell(first);
      const other = await one.tell(second);
      await one.tell({ ...first, kind: 'goes_on', rest: ended });
      const left = await one.tell(third);
      await leave(url, left);
      await two.endLeftRests();
      assert.deepEqual(await two.news(null), {
        news: [
          { ...first, number: open },
          { ...second, number: other },
        ],
        upTo: left + 1,
        isTorn: false,
      });
    }));
});

describe('a rest', () => {
  it('ends, for all who hear the news, when it is not kept any more', () =>
    withStores(async ([one, two], url) => {
      const { account, webhooks } = await settled(one, {});
      const about = { accountId: account.id, webhookId: (webhooks[0] as Webhook).id };
      const [kept, left] = [
        await one.tell({ kind: 'rests', ...about }),
        await one.tell({ kind: 'rests', ...about }),
      ];
      for (const rest of [kept, left]) await leave(url, rest);
      await one.keepRest(kept);
      await two.endLeftRests();
      assert.deepEqual(await two.news(left), pageOf(left, [{ kind: 'goes_on', ...about, rest: left }]));
      await assert.rejects(one.keepRest(left), StoreUnavailable);
      await one.tell({ kind: 'goes_on', ...about, rest: kept });
      await assert.rejects(one.keepRest(kept), StoreUnavailable);
      await two.endLeftRests();
      assert.equal(await countOf(two), left + 2);
    }));

  it('is not ended while a step of it is under way, however long that takes', () =>
    withStores(async ([one, two], url) => {
      const { account, webhooks } = await settled(one, {});
      const about = { accountId: account.id, webhookId: (webhooks[0] as Webhook).id };
      const rest = await one.tell({ kind: 'rests', ...about });
      await leave(url, rest);
      const step = new pg.Client({ connectionString: url });
      await step.connect();
      await step.query(`begin; select from news where number = ${rest} for update`);
      await two.endLeftRests();
      assert.equal(await countOf(two), rest);
      await step.query('commit');
      await step.end();
      await two.endLeftRests();
      assert.equal(await countOf(two), rest + 1);
    }));

  it('is heard to end by who was there when it began, whatever is told in between', () =>
    withStores(async ([one, two], url) => {
      const { account, webhooks } = await settled(one, {});
      const about = { accountId: account.id, webhookId: (webhooks[0] as Webhook).id };
      const rest = await one.tell({ kind: 'rests', ...about });
      const count = await fill(one, url, account);
      // It stays behind where all around it is let go of, and is no hole in what others read.
      assert.deepEqual(await two.news(rest - 1), {
        news: [{ kind: 'rests', ...about, number: rest }],
        upTo: count,
        isTorn: true,
      });
      await one.keepRest(rest);
      const ended = await one.tell({ kind: 'goes_on', ...about, rest });
      assert.deepEqual(await two.news(count), pageOf(count, [{ kind: 'goes_on', ...about, rest }]));
      assert.deepEqual(await two.news(null), { news: [], upTo: ended, isTorn: false });
    }));
});

describe('of the news so many are kept', () => {
  it('that who has heard up to the oldest of them reads all in pages, and who has heard less is told so', () =>
    withStores(async ([one, two], url) => {
      const { account } = await settled(one);
      const count = await fill(one, url, account);
      const [kept] = await cluster.query(url, 'select count(*)::integer, min(number)::integer from news');
      const oldest = count - newsKeptMax + 1;
      assert.deepEqual(kept, { count: newsKeptMax, min: oldest });
      const all = await readOn(two, oldest - 1, () => false);
      assert.equal(all.length, newsKeptMax);
      assert.deepEqual(await two.news(oldest - 2), { news: [], upTo: count, isTorn: true });
      assert.deepEqual(await two.news(count), pageOf(count, []));
    }));

  it('that who has heard less writes nothing, of any account, until it has', () =>
    withStores(async ([one, two], url) => {
      const { account } = await settled(one);
      const quiet = await settled(one, {});
      const count = await fill(one, url, account);
      const oldest = count - newsKeptMax + 1;
      const flush = async (heard: number) => {
        const trackings = [changeOf(aParcel(quiet.account.id), quiet.webhooks)];
        return (await two.commit({ trackings, answers: [], heard }))[0]?.kind;
      };
      assert.deepEqual([await flush(oldest - 2), await flush(oldest - 1)], ['outdated', 'committed']);
      await assert.rejects(two.updateAccount(quiet.account, oldest - 2), Outdated);
      await two.updateAccount(quiet.account, count);
    }));

  it('that a process which was away for longer forgets all it holds, rests where others wait for it, and goes on', () =>
    withStores(async ([one, two], url) => {
      const { account, webhooks } = await settled(one, {});
      const [webhook] = webhooks as [Webhook];
      const pages: Pick<NewsPage, 'news' | 'isTorn'>[] = [];
      const reader = readerOf(two, (page) => pages.push(page));
      await reader.catchUp();
      pages.length = 0;
      await hold(two, 'reader', { heard: reader.heard() });
      await fill(one, url, account);
      const rest: News = { kind: 'rests', accountId: account.id, webhookId: webhook.id };
      const number = await one.tell(rest);
      assert.equal(await one.isHeard(number), false);
      await reader.catchUp();
      assert.equal(reader.heard(), number);
      assert.equal(pages[0]?.isTorn, true);
      assert.deepEqual(
        pages.flatMap((page) => page.news),
        [{ ...rest, number }],
      );
      assert.equal(await one.isHeard(number), true);
      const trackings = [changeOf(aParcel(account.id), webhooks)];
      const [result] = await two.commit({ trackings, answers: [], heard: reader.heard() });
      assert.equal(result?.kind, 'committed');
    }));
});

describe('news are heard', () => {
  it('when all that live and send have said so, in a round of leases or before', () =>
    withStores(async ([one, two]) => {
      const [account] = await twoAccounts(one);
      const number = await one.tell({ kind: 'changed', accountId: account.id, webhookId: null });
      assert.equal(await one.isHeard(number), true, 'nobody is there');
      await hold(one, 'one', { heard: number });
      assert.equal(await two.isHeard(number), true);
      await hold(two, 'two', { heard: number - 1 });
      assert.equal(await one.isHeard(number), false);
      assert.equal(await one.isHeard(number - 1), true);
      await two.sayHeard('two', number);
      assert.equal(await one.isHeard(number), true);
      // A round that was begun before says less, and takes nothing back.
      await hold(two, 'two', { heard: number - 1 });
      await two.sayHeard('two', number - 1);
      assert.equal(await one.isHeard(number), true);
      await hold(two, 'two', { heard: number + 1 });
      assert.equal(await one.isHeard(number + 1), false, 'the other has not heard that');
    }));

  it('without who sends nothing, has left, or is dead', () =>
    withStores(async ([one, two, three]) => {
      const heard = 5;
      await hold(one, 'polls', { heard, duties: ['poll'] });
      await hold(two, 'leaves', { heard });
      assert.equal(await three.isHeard(heard + 1), false);
      await two.leaveShards('leaves');
      assert.equal(await three.isHeard(heard + 1), true);
      await hold(two, 'dies', { heard, leaseMs: shortMs });
      await until('the dead one counts no more', () => three.isHeard(heard + 1));
    }));
});

type Rest = News & { kind: 'rests' };

async function twoAccounts(store: Store): Promise<readonly [Account, Account]> {
  return [(await settled(store)).account, (await settled(store)).account];
}

function changed({ id }: Account): News {
  return { kind: 'changed', accountId: id, webhookId: null };
}

/** What is read after a number, when that came. */
function pageOf(before: number, news: readonly News[]) {
  return {
    news: news.map((one, at) => ({ ...one, number: before + at + 1 })),
    upTo: before + news.length,
    isTorn: false,
  };
}

/** All that comes after a number, as long as more may come; none is left out and none comes late. */
async function readOn(store: Store, before: number, mayCome: () => boolean): Promise<NumberedNews[]> {
  const read: NumberedNews[] = [];
  for (;;) {
    const isLast = !mayCome();
    const page = await store.news(before + read.length);
    assert.equal(page?.isTorn, false);
    for (const one of page.news) {
      read.push(one);
      assert.equal(one.number, before + read.length);
    }
    assert.equal(page.upTo, before + read.length);
    if (isLast && page.news.length === 0) return read;
  }
}

/** As if whoever told the rest had not kept it for a while. */
async function leave(url: string, rest: number): Promise<void> {
  await cluster.query(url, `update news set kept_until = now() - interval '1 second' where number = ${rest}`);
}

/** As many more as are kept, and one that was told. */
async function fill(store: Store, url: string, about: Account): Promise<number> {
  await cluster.query(
    url,
    `with counted as (update news_count set number = number + ${newsKeptMax} returning number - ${newsKeptMax} as before)
    insert into news (number, kind, account_id)
    select before + more, 'changed', '${about.id}' from counted, generate_series(1, ${newsKeptMax}) as more`,
  );
  return store.tell(changed(about));
}

function readerOf(store: Store, onNews: (page: Pick<NewsPage, 'news' | 'isTorn'>) => void): NewsReader {
  return makeNews({ store, log: makeLog('silent'), processId: 'reader', onNews });
}

/** Counts in a webhook's description, as a process edits what it holds of it. */
function makeEditor(store: Store, { accountId, id }: Webhook): () => Promise<void> {
  let held: Webhook | undefined;
  const news = readerOf(store, () => {
    held = undefined;
  });
  return () =>
    news.freshly(async (heard) => {
      held ??= (await store.webhooks(accountId)).find((webhook) => webhook.id === id) as Webhook;
      const edited = { ...held, description: String(Number(held.description) + 1) };
      await store.updateWebhook(edited, null, heard);
    });
}

async function hold(
  store: Store,
  processId: string,
  said: { heard: number; duties?: readonly Duty[]; leaseMs?: number },
): Promise<void> {
  await store.holdShards({ processId, duties: ['send'], leaseMs: longMs, release: [], ...said });
}
