/**
 * Signals between several stores on one database: each reaches all that listen, as soon as what it tells of is committed. They
 * may be lost, so a store knows whether they come, and says when some may have been missed. What goes on without any is in
 * `test/promises/no-signals.test.ts`.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { makeLog } from '../../src/base/log.ts';
import { makeNews } from '../../src/shards/news.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { Outdated, type Store } from '../../src/store/store.ts';
import { isOneOf, messagesOf, startLender } from '../support/lending.ts';
import { folderOf } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { startDatabases } from './database.ts';
import { testKey } from './folder.ts';
import { aKey, anAccount, heardAll, settled } from './world.ts';

const databases = await startDatabases();
const { cluster, withStores } = databases;
after(() => cluster.stop());

describe('signals', () => {
  it('reach all that listen, in one order, and they alone', () =>
    withStores(async ([one, two, three]) => {
      const [first, second] = [await listening(one), await listening(two)];
      for (const [store, text] of [[one, 'a'] as const, [two, 'b'] as const, [three, '{"é":"📦"}'] as const])
        await store.signal(text);
      await until('the last has come to both', () => first.length === 3 && second.length === 3);
      assert.deepEqual(first, ['a', 'b', '{"é":"📦"}']);
      assert.deepEqual(second, first);
      assert.equal(three.hearsSignals(), false, 'who does not listen hears none');
    }));

  it('tell of news as soon as they can be read, and of none that are not written', () =>
    withStores(async ([one, two]) => {
      const { account } = await settled(one);
      const before = (await two.news(null))?.upTo ?? 0;
      const read: Promise<unknown>[] = [];
      const heard = await listening(two, () => {
        read.push(two.news(before).then((page) => page?.upTo));
      });
      await one.updateAccount(account, before);
      await until('it has come', () => heard.length === 1);
      await assert.rejects(one.updateAccount(account, before), Outdated);
      const other = anAccount();
      await one.insertAccount(other, aKey(other.id));
      await one.signal('end');
      await until('the last has come', () => heard.includes('end'));
      assert.deepEqual(heard, ['news', 'news', 'end']);
      assert.equal(await read[0], before + 1);
    }));

  it('that may have been missed are told of by null, when it listens again', () =>
    withStores(async ([one, two], url) => {
      const heard = await listening(two);
      await cluster.query(
        url,
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where query = 'listen waybell'",
      );
      await until('it knows', () => !two.hearsSignals());
      await one.signal('missed');
      await until('it listens again', () => two.hearsSignals());
      await one.signal('end');
      await until('the last has come', () => heard.includes('end'));
      assert.deepEqual(heard, [null, 'end']);
    }));

  it('are known not to come where something between swallows them, and to come again', async () => {
    const url = await databases.create();
    const between = await startSwallowing(folderOf(url));
    const store = await databases.open(between.through(url));
    try {
      const heard: (string | null)[] = [];
      store.onSignal((text) => heard.push(text));
      await until('it has listened in vain, and has given that up', () => between.givenUp() > 0);
      assert.ok(between.swallowed() > 0);
      assert.deepEqual([store.hearsSignals(), heard], [false, []]);
      between.swallow(false);
      await until('it hears', () => store.hearsSignals());
      assert.deepEqual(heard, [null]);
    } finally {
      await store.close();
      await between.stop();
    }
  });

  it('come through no pooler, where the news are found by looking; and around it', async () => {
    const url = await databases.create();
    const pooler = await startLender(url);
    const named = { url: pooler.through(url), name: 'of the tests', key: testKey };
    const direct = await databases.open(url);
    const behind = await openPostgresStore(named);
    const around = await openPostgresStore({ ...named, directUrl: url });
    const heard: (string | null)[] = [];
    behind.onSignal((text) => heard.push(text));
    const news = makeNews({ store: behind, log: makeLog('silent'), processId: 'any', onNews() {} });
    try {
      const signalled = await listening(around);
      await news.start();
      const { account } = await settled(direct);
      await direct.updateAccount(account, heardAll);
      const count = (await direct.news(null))?.upTo;
      await until('they are found', () => news.heard() === count);
      // What is behind tells others all the same.
      await behind.signal('end');
      await until('the last has come', () => signalled.includes('end'));
      assert.deepEqual(signalled, ['news', 'news', 'end']);
      assert.deepEqual([behind.hearsSignals(), heard], [false, []]);
    } finally {
      news.stop();
      await Promise.all([direct, behind, around].map((store) => store.close()));
      await pooler.stop();
    }
  });
});

/** What a store hears from when it listens on; by then it was told that it may have missed some. */
async function listening(
  store: Store,
  onSignal = (_: string | null): void => {},
): Promise<(string | null)[]> {
  const heard: (string | null)[] = [];
  store.onSignal((text) => {
    heard.push(text);
    if (text !== null) onSignal(text);
  });
  await until('it listens', () => store.hearsSignals());
  assert.deepEqual(heard.splice(0), [null]);
  return heard;
}

/** A socket in between that passes on everything but signals. */
async function startSwallowing(server: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-swallow-'));
  const name = '.s.PGSQL.5432';
  const open = new Set<Socket>();
  let isSwallowing = true;
  let swallowed = 0;
  let givenUp = 0;
  const proxy = createServer((client) => {
    const upstream = connect(path.join(server, name));
    let own = 0;
    client.pipe(upstream);
    upstream.on(
      'data',
      messagesOf((message) => {
        if (isSwallowing && isOneOf(message, 'A')) own++;
        else client.write(message);
      }),
    );
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      open.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
    client.on('close', () => {
      swallowed += own;
      if (own > 0) givenUp++;
    });
  });
  proxy.listen(path.join(folder, name));
  await once(proxy, 'listening');
  return {
    through: (url: string) => url.replace(encodeURIComponent(server), encodeURIComponent(folder)),
    swallowed: () => swallowed,
    /** Connections on which some were. */
    givenUp: () => givenUp,
    swallow(does: boolean) {
      isSwallowing = does;
    },
    async stop() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
