/**
 * Updates taken by several processes, each with an ingest, the news and a store of its own on one database: an answer is
 * of what the parcel is by then, also where it says that nothing was new, and what is owed is so by the webhooks of then.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeLog } from '../../src/base/log.ts';
import type { Account } from '../../src/domain/account.ts';
import type { Tracking } from '../../src/domain/tracking.ts';
import { type Update, updateOf } from '../../src/domain/update.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { makeNews } from '../../src/shards/news.ts';
import { type AccountId, AnswerTaken, type Commit, type Store } from '../../src/store/store.ts';
import { makeIngest } from '../../src/tracking/ingest.ts';
import { anUpdate, aScan, aState, aWebhook, testNow } from '../support/build.ts';
import { startDatabases } from './database.ts';
import { heardAll, ids, settled, trackingEvents } from './world.ts';

const databases = await startDatabases();
after(() => databases.cluster.stop());

const transit = aScan();
const delivered = aScan({ wall: '2024-03-11 10:00', ...aState('delivered001') });

describe('an update that says nothing new', () => {
  it('is answered with what another process has made of the parcel, and writes nothing', () =>
    withProcesses(async ([one, two]) => {
      const { account } = await settled(one.store);
      const first = await one.take(reportOf(account, transit));
      await two.take(reportOf(account, delivered));
      const read = await one.store.tracking(account.id, first.tracking.id);
      const commits = one.commits.length;
      for (const scan of [transit, delivered]) {
        const { changed, tracking } = await one.take(reportOf(account, scan));
        assert.deepEqual([changed, tracking], [false, read]);
      }
      await two.take({ ...editOf(first.tracking), settings: { archived: true } });
      const again = await one.take(reportOf(account, transit));
      assert.deepEqual([again.changed, again.tracking.archived], [false, true]);
      assert.equal(one.commits.length, commits);
      assert.equal((await trackingEvents(two.store, account.id)).length, 2);
    }));

  it('is refused a courier where another process has deleted the parcel', () =>
    withProcesses(async ([one, two]) => {
      const { account } = await settled(one.store);
      const { tracking } = await one.take(reportOf(account, transit));
      const polled: Update = { ...editOf(tracking), source: 'poll', scans: [transit] };
      assert.equal((await one.take(polled)).changed, false);
      await two.take({ ...editOf(tracking), settings: { deletedAt: testNow, pollAt: null } });
      const [result] = await one.ingest.submit({ updates: [polled], answer: null });
      assert.equal(result?.ok === false && result.problem.code, 'tracking_deleted');
    }));

  it('makes a parcel anew that another process has removed', () =>
    withProcesses(async ([one, two]) => {
      const { account } = await settled(one.store);
      const first = await one.take(reportOf(account, delivered));
      const step = { before: Number.MAX_SAFE_INTEGER, after: null, limit: 100 };
      const { numbers } = await two.store.pruneTrackings(account.id, step);
      assert.deepEqual(numbers, [first.tracking.number]);
      const second = await one.take(reportOf(account, delivered));
      assert.notEqual(second.tracking.id, first.tracking.id);
      assert.deepEqual(await two.store.tracking(account.id, second.tracking.id), second.tracking);
    }));
});

describe('a request that another process has answered under its key', () => {
  it('is not taken once more, and those beside it in the flush are', () =>
    withProcesses(async ([one, two]) => {
      const { account } = await settled(one.store);
      const other = await settled(one.store);
      const answerOf = (body: string) => () => {
        const answer = { accountId: account.id, key: 'once', requestHash: 'hash', status: 200, body };
        return { ...answer, createdAt: testNow };
      };
      const first = { updates: [reportOf(account, transit)], answer: answerOf('first') };
      const [result] = await one.ingest.submit(first);
      const beside = reportOf(other.account, transit);
      // As if the key had been looked up before.
      const [again, alone, empty] = await Promise.allSettled([
        two.ingest.submit({ updates: [reportOf(account, delivered)], answer: answerOf('second') }),
        two.ingest.submit({ updates: [beside], answer: null }),
        two.ingest.submit({ updates: [], answer: answerOf('third') }),
      ]);
      assert.ok(again.status === 'rejected' && again.reason instanceof AnswerTaken);
      assert.ok(empty.status === 'rejected' && empty.reason instanceof AnswerTaken);
      assert.ok(alone.status === 'fulfilled' && alone.value[0]?.ok);
      assert.ok(result?.ok);
      assert.deepEqual(await two.store.tracking(account.id, result.tracking.id), result.tracking);
      assert.equal((await two.store.answer(account.id, 'once', 0))?.body, 'first');
      assert.equal((await trackingEvents(two.store, other.account.id)).length, 1);
    }));
});

describe('an update right after a change of settings by another process', () => {
  it('is owed to the webhook that was made, and those of another account in the same flush are written once', () =>
    withProcesses(async ([one, two]) => {
      const mine = await settled(one.store, {});
      const others = await settled(one.store, {});
      await two.news.catchUp();
      // By now it holds the webhooks of both.
      await two.takeAll([reportOf(mine.account, transit), reportOf(others.account, transit)]);
      const added = aWebhook({ id: ids.next('wh'), accountId: mine.account.id });
      await one.store.insertWebhook(added, null, heardAll);
      two.owed.length = 0;
      two.commits.length = 0;
      await two.takeAll([reportOf(mine.account, delivered), reportOf(others.account, delivered)]);
      const owedTo = two.owed.map(({ webhookId }) => webhookId);
      const [first] = mine.webhooks as [Webhook];
      const [other] = others.webhooks as [Webhook];
      assert.deepEqual(owedTo.toSorted(), [first.id, added.id, other.id].toSorted());
      const accountsOf = ({ trackings }: Commit) => trackings.map(({ tracking }) => tracking.accountId);
      assert.deepEqual(two.commits.map(accountsOf), [
        [mine.account.id, others.account.id],
        [mine.account.id],
      ]);
    }));

  it('is owed to none that was deleted', () =>
    withProcesses(async ([one, two]) => {
      const { account, webhooks } = await settled(one.store, {});
      await two.news.catchUp();
      await two.take(reportOf(account, transit));
      await one.store.deleteWebhook(webhooks[0] as Webhook, testNow);
      two.owed.length = 0;
      await two.take(reportOf(account, delivered));
      assert.deepEqual(two.owed, []);
      const [, last] = await trackingEvents(one.store, account.id);
      assert.deepEqual(last?.deliveryIds, []);
    }));
});

interface Process {
  readonly store: Store;
  readonly ingest: ReturnType<typeof makeIngest>;
  readonly news: ReturnType<typeof makeNews>;
  /** What was handed to the store, and what was owed by it. */
  readonly commits: Commit[];
  readonly owed: { readonly webhookId: string }[];
  take(update: Update): Promise<Taken>;
  takeAll(updates: readonly Update[]): Promise<readonly Taken[]>;
}

interface Taken {
  readonly tracking: Tracking;
  readonly changed: boolean;
}

function withProcesses(run: (processes: readonly [Process, Process]) => Promise<void>): Promise<void> {
  return databases.withStores(([one, two]) => run([aProcess(one), aProcess(two)]));
}

/** Joined as `app.ts` joins it; webhooks are held until there is news. */
function aProcess(store: Store): Process {
  const held = new Map<AccountId, readonly Webhook[]>();
  const commits: Commit[] = [];
  const owed: { readonly webhookId: string }[] = [];
  const news = makeNews({ store, log: makeLog('silent'), processId: 'any', onNews: () => held.clear() });
  const ingest = makeIngest({
    store: {
      load: store.load,
      writesOf: store.writesOf,
      commit(one) {
        commits.push(one);
        return store.commit(one);
      },
    },
    ...{ ids, news },
    accountOf: async (id) => (await store.account(id)) as Account,
    async webhooksOf(id) {
      const webhooks = held.get(id) ?? (await store.webhooks(id));
      held.set(id, webhooks);
      return webhooks;
    },
    courierOf: () => null,
    candidateOf: () => null,
    pollable: () => false,
    onCommitted: (some) => owed.push(...some.map(({ delivery }) => delivery)),
    // What is submitted in one go is one flush.
    gatherMs: 0,
  });
  async function takeAll(updates: readonly Update[]): Promise<readonly Taken[]> {
    const results = await Promise.all(
      updates.map((update) => ingest.submit({ updates: [update], answer: null })),
    );
    return results.flat().map((result) => {
      assert.ok(result.ok, JSON.stringify(result));
      return result;
    });
  }
  return {
    ...{ store, ingest, news, commits, owed, takeAll },
    take: async (update) => (await takeAll([update]))[0] as Taken,
  };
}

function reportOf({ id: accountId }: Account, scan: Update['scans'][number]): Update {
  return anUpdate({ accountId, scans: [scan] });
}

function editOf(tracking: Tracking): Update {
  return updateOf(tracking, { source: 'api', receivedAt: testNow });
}
