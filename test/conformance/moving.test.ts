/** Moving a data directory into PostgreSQL, step by step: where it goes on, what it notices, and who may not do it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { dayMs } from '../../src/base/durations.ts';
import { timeOfId } from '../../src/base/id.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { type Moved, type MoveTarget, move } from '../../src/store/move.ts';
import { openDatabase } from '../../src/store/postgres/database.ts';
import { openTarget } from '../../src/store/postgres/moving.ts';
import { openSource } from '../../src/store/sqlite/moving.ts';
import { makeVault } from '../../src/vault.ts';
import { startDatabases } from './database.ts';
import { openIn, testKey, withFolder } from './folder.ts';
import { aMember, anEntry, aSession } from './memberCases.ts';
import {
  aParcel,
  changeOf,
  commit,
  commitRevisions,
  heardAll,
  ids,
  lastMade,
  recover,
  rowsOf,
  settle,
  settled,
} from './world.ts';

const databases = await startDatabases();
const { cluster } = databases;
after(() => cluster.stop());

describe('a move into PostgreSQL', () => {
  it('goes on where it was broken off, and until then no store opens', () =>
    withDirectory(async (data, url) => {
      await assert.rejects(
        moveInto(url, data, breakingAfter(6)),
        /broken off: no more\. Run it again, it goes on/,
      );
      await assert.rejects(databases.open(url), /A move of a data directory into it was broken off/);
      const { goneOnAt, verified } = await moveInto(url, data);
      assert.ok(goneOnAt > 0);
      assert.equal(verified, true);
      await (await databases.open(url)).close();
    }));

  it('begins anew where the directory has changed since', () =>
    withDirectory(async (data, url) => {
      await assert.rejects(moveInto(url, data, breakingAfter(6)));
      const store = await openIn(data, null);
      const [account] = await store.accounts();
      assert.ok(account);
      await commit(store, changeOf(aParcel(account.id)));
      await store.close();
      const { goneOnAt, verified } = await moveInto(url, data);
      assert.deepEqual([goneOnAt, verified], [0, true]);
    }));

  it('ends when another one has begun', () =>
    withDirectory(async (data, url) => {
      const other = openDatabase(url);
      const overtaken = moveInto(url, data, (target) => {
        let writes = 0;
        return {
          ...target,
          async write(...values) {
            if (++writes === 4) await (await openTarget(await other, makeVault(testKey))).begin('of another');
            await target.write(...values);
          },
        };
      });
      await assert.rejects(overtaken, /Another move into this database has begun meanwhile/);
      await (await other).close();
      assert.deepEqual(
        await cluster.query(url, 'select 1 from account'),
        [],
        'which has the database for itself',
      );
    }));

  const behindItsBack: Record<string, { sql: string; table: string }> = {
    'a row that was changed': { sql: "update tracking set status = 'delivered'", table: 'tracking' },
    'a body that was changed': { sql: "update event set standard = standard || ' '", table: 'event' },
    'a row that is missing': { sql: 'delete from attempt', table: 'attempt' },
    'a row too many': {
      sql: "insert into note (name, value) values ('~', '')",
      table: 'note',
    },
    'a secret that is another': {
      sql: 'update webhook w set secret_sealed = (select secret_sealed from webhook order by id offset 1 limit 1)',
      table: 'webhook',
    },
  };
  for (const [what, { sql, table }] of Object.entries(behindItsBack)) {
    it(`notices ${what}, and begins anew after that`, () =>
      withDirectory(async (data, url) => {
        const { verified, tables } = await moveInto(
          url,
          data,
          afterAll(() => cluster.query(url, sql)),
        );
        assert.equal(verified, false);
        assert.deepEqual(
          tables.filter((one) => !one.verified).map((one) => one.table),
          [table],
        );
        assert.ok(tables.every((one) => one.verified === (one.differsAt === null)));
        await assert.rejects(databases.open(url), /broken off/);
        assert.deepEqual(await moveInto(url, data).then(({ goneOnAt, verified: v }) => [goneOnAt, v]), [
          0,
          true,
        ]);
      }));
  }

  it('leaves a store that finds what the other had: its log, what is owed, how far it was pruned', () =>
    withDirectory(async (data, url) => {
      const before = await seen(data);
      assert.equal((await moveInto(url, data)).verified, true);
      const store = await databases.open(url);
      assert.deepEqual(await look(store), before);
      // An event that was owed once more on a later day does not go with its own.
      const replayed = await cluster.query(url, 'select id from event where replayed');
      assert.equal(replayed.length, 1);
      assert.equal(before.members.length, 1);
      assert.deepEqual(
        await cluster.query(url, 'select id from session'),
        [],
        'who was signed in signs in again',
      );
      await store.close();
    }));

  it('refuses a directory whose schema is not its own, and changes nothing', () =>
    withDirectory(async (data, url) => {
      const file = new DatabaseSync(path.join(data, 'waybell.db'));
      const { user_version: version } = file.prepare('pragma user_version').get() as { user_version: number };
      file.exec(`pragma user_version = ${version + 1}`);
      file.close();
      await assert.rejects(
        moveInto(url, data),
        /has schema version \d+, this program moves version \d+: start and stop/,
      );
      assert.deepEqual(await cluster.query(url, "select 1 from note where name = 'moving'"), []);
    }));
});

type Changed = (target: MoveTarget) => MoveTarget;

/** A move of a few rows at a time. */
async function moveInto(url: string, data: string, change: Changed = (target) => target): Promise<Moved> {
  const source = openSource(data);
  try {
    const database = await openDatabase(url);
    try {
      const target = await openTarget(database, makeVault(testKey));
      return await move(source, change(target), { rowsMax: 3 });
    } finally {
      await database.close();
    }
  } finally {
    source.close();
  }
}

function breakingAfter(writesMax: number): Changed {
  let writes = 0;
  return (target) => ({
    ...target,
    async write(...values) {
      if (++writes > writesMax) throw new Error('no more');
      await target.write(...values);
    },
  });
}

/** Runs something between copying and comparing. */
function afterAll(run: () => Promise<unknown>): Changed {
  return (target) => ({
    ...target,
    async write(table, rows, place) {
      await target.write(table, rows, place);
      if (place.table === null) await run();
    },
  });
}

/** A data directory with a little of everything, under a key of its own, and a database. */
async function withDirectory(run: (data: string, url: string) => Promise<void>): Promise<void> {
  await withFolder(async (data) => {
    const store = await openIn(data, null);
    const { account, webhooks } = await settled(store, {}, { version: 'standard', secret: 'whsec_another' });
    const { deliveries } = await commitRevisions(store, 5, webhooks);
    const [first] = deliveries as readonly [Delivery];
    await settle(store, first, 'accepted');
    await commit(store, changeOf(aParcel(account.id), webhooks));
    await commit(store, changeOf(aParcel(account.id)));
    const { removed } = await store.prune(account.id, { before: lastMade() + 1, after: null, limit: 10 });
    assert.equal(removed, 1);
    const added = { ...(webhooks[0] as Webhook), id: ids.next('wh') };
    await store.insertWebhook(added, null, heardAll);
    const id = daysLater(ids.next('dlv'), 3);
    const again: Delivery = { ...first, id, webhookId: added.id, state: 'ready' };
    assert.equal(await store.replay([{ delivery: again, data: 'again' }], null), 1);
    const member = aMember(account, { linkHash: 'link', linkUntil: 5, language: 'ko' });
    await store.insertMember(member, heardAll);
    await store.insertSession(aSession(member), { passwordHash: 'hash', sessionsMax: 10 });
    await store.insertAuditEntry(anEntry(account));
    await store.close();
    await run(data, await databases.create());
  });
}

function daysLater<T extends string>(id: T, days: number): T {
  const [prefix, bare = ''] = id.split('_');
  const ms = timeOfId(id) + days * dayMs;
  return `${prefix}_${ms.toString(16).padStart(12, '0')}${bare.slice(12)}` as T;
}

async function seen(data: string) {
  const store = await openIn(data, null);
  const found = await look(store);
  await store.close();
  return found;
}

async function look(store: Awaited<ReturnType<typeof openIn>>) {
  const [account] = await store.accounts();
  assert.ok(account);
  const webhooks = await store.webhooks(account.id);
  return {
    account,
    webhooks,
    events: await store.events(account.id, { after: null, limit: 100 }),
    prunedTo: await store.prunedTo(account.id),
    recoverable: await Promise.all(webhooks.map(({ id }) => recover(store, id))),
    rows: await rowsOf(store),
    members: await store.members(account.id),
    audit: await store.auditEntries(account.id, { after: null, limit: 10 }),
  };
}
