/** The PostgreSQL store's schema, and how its statements find what they need. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Account } from '../../src/domain/account.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { Store } from '../../src/store/store.ts';
import { startDatabases } from './database.ts';
import { snapshotKept, snapshotMade } from './databaseSnapshot.ts';
import { aCourierHour, aWebhookHour } from './figureCases.ts';
import { aMember, anEntry, aSession } from './memberCases.ts';
import { insertTrackings, makeOlder } from './olderSchema.ts';
import { readLists } from './readLists.ts';
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
  wholeQueue,
} from './world.ts';

const databases = await startDatabases();
const { cluster } = databases;
after(() => cluster.stop());

describe('the schema of the PostgreSQL store', () => {
  it('is the one that is kept for reading', async () => {
    const url = await databases.create();
    assert.equal(
      await snapshotMade((sql) => cluster.query(url, sql)),
      snapshotKept(),
      'src/store/postgres/schema.sql is not what the migrations make. Write it anew: node test/conformance/databaseSnapshot.ts',
    );
  });

  it('is made once by stores that are opened together, and refused where it is newer', async () => {
    const url = await cluster.create();
    const stores = await Promise.all([1, 2, 3, 4].map(() => databases.open(url)));
    await Promise.all(stores.map((store) => store.close()));
    const made = await cluster.query(url, 'select version, name from schema_version');
    assert.deepEqual(made, [
      { version: 1, name: '000001_first.sql' },
      { version: 2, name: '000002_several_processes.sql' },
      { version: 3, name: '000003_tracking_lists.sql' },
      { version: 4, name: '000004_rests.sql' },
      { version: 5, name: '000005_rests_clearing_lists.sql' },
      { version: 6, name: '000006_members.sql' },
      { version: 7, name: '000007_console.sql' },
    ]);
    await cluster.query(url, "insert into schema_version (version, name) values (999, 'later')");
    await assert.rejects(
      databases.open(url),
      /schema of the database is version 999.*start the newer Waybell/,
    );
  });

  it('counts the trackings that are there already', async () => {
    const url = await cluster.create();
    const accountId = ids.next('acc');
    await makeOlder(url, 2, insertTrackings(accountId));
    const store = await databases.open(url);
    await commit(store, changeOf(aParcel(accountId)));
    assert.deepEqual(await store.trackingCounts(accountId), [
      { status: 'pending', archived: false, count: 3 },
    ]);
    await store.close();
  });

  it('tells which rest has ended where the news were made without', async () => {
    const url = await cluster.create();
    await makeOlder(
      url,
      3,
      "insert into news (number, kind, account_id, webhook_id) values (0, 'goes_on', 'acc_1', 'wh_1')",
    );
    const store = await databases.open(url);
    const { account, webhooks } = await settled(store, {});
    const about = { accountId: account.id, webhookId: (webhooks[0] as Webhook).id };
    const rest = await store.tell({ kind: 'rests', ...about });
    const ended = await store.tell({ kind: 'goes_on', ...about, rest });
    assert.deepEqual((await store.news(ended - 1))?.news, [
      { number: ended, kind: 'goes_on', ...about, rest },
    ]);
    await store.close();
  });

  it('keeps an account in the front of every key, so that rows can be placed by it', async () => {
    const url = await databases.create();
    const keys = await cluster.query(
      url,
      `select conrelid::regclass::text as name, pg_get_constraintdef(oid) as key from pg_constraint
       where contype = 'p' and conparentid = 0 and connamespace = 'public'::regnamespace`,
    );
    const others = keys.filter(({ key }) => !/^PRIMARY KEY \(account_id, /.test(String(key)));
    assert.deepEqual(others.map(({ name }) => name).toSorted(), [
      'account',
      'news',
      'news_count',
      'note',
      'process',
      'schema_version',
      'shard',
    ]);
  });
});

/** Read as a whole on purpose: there are few accounts, processes and shards, hardly ever a webhook to clear, and all are meant. */
const scansAllowed = ['account', 'clearing', 'process', 'schema_version', 'shard'];

it('the statements of the PostgreSQL store find what they need by an index', async () => {
  const url = await databases.create();
  // Making a day reads its empty tables; that is not what is meant here.
  const first = await databases.open(url);
  const { account, webhooks } = await settled(first, {}, {});
  await commit(first, changeOf(aParcel(account.id), webhooks));
  await first.close();
  await databases.allEnded(url);
  await cluster.query(url, 'select pg_stat_reset()');
  const store = await databases.open(url);
  const [webhook, other] = webhooks as [Webhook, Webhook];
  const { deliveries } = await commitRevisions(store, 4, webhooks);
  await settle(store, deliveries[0] as Delivery, 'accepted');
  await settle(store, deliveries[1] as Delivery, 'parked');
  await settle(store, deliveries[2] as Delivery, 'scheduled');
  await wholeQueue(store, webhook.id);
  await store.webhooksWithWork(null, null);
  await recover(store, other.id);
  await readLists(store);
  await store.updateWebhook({ ...webhook, enabled: false }, null, heardAll);
  await store.deleteWebhook(other, lastMade());
  await commit(store, changeOf(aParcel(account.id), webhooks));
  await store.load([{ accountId: account.id, number: 'N' }]);
  await store.duePolls(1, 1, null);
  await store.nextPollAt(null);
  await store.dueExpiries(1, { after: null, limit: 1 });
  const every = await store.everyTracking({ after: null, limit: 1 });
  await store.setTerms(every.items, lastMade());
  const events = await store.events(account.id, { after: null, limit: 2 });
  await store.events(account.id, { after: events[0]?.id ?? '', limit: 2 });
  await store.newestEventId();
  await store.missing(
    account.id,
    webhook.id,
    events.map(({ id }) => id),
  );
  await store.attempts(account.id, deliveries[0]?.id ?? '');
  await store.prune(account.id, { before: lastMade(), after: null, limit: 10 });
  await store.pruneTrackings(account.id, { before: lastMade(), after: null, limit: 10 });
  await store.forgetAnswers(1);
  await store.keyByHash('none');
  await store.claimTrackKey(account.id, 'key');
  await store.updateLogo(
    { ...account, logoHash: 'hash' },
    { contentType: 'image/png', data: '', createdAt: 1 },
    heardAll,
  );
  await store.logo(account.id, 'hash');
  await store.updateLogo(account, null, heardAll);
  await useMembers(store, account);
  await useViews(store, account);
  await rowsOf(store);
  await useFigures(store, webhook);
  await store.holdShards({ processId: 'a', duties: ['send'], leaseMs: 1, heard: 0, release: [] });
  await store.leaveShards('a');
  await store.close();
  await databases.allEnded(url);
  const scanned = await cluster.query(
    url,
    'select relname, seq_scan from pg_stat_user_tables where seq_scan > 0 order by 1',
  );
  assert.deepEqual(
    scanned.filter(({ relname }) => !scansAllowed.includes(String(relname))),
    [],
  );
});

async function useFigures(store: Store, webhook: Webhook): Promise<void> {
  const { accountId, id } = webhook;
  await store.addWebhookHours([aWebhookHour(webhook)]);
  await store.addCourierHours([aCourierHour(webhook)]);
  await store.webhookHours(accountId, { from: 0, webhookId: null });
  await store.webhookHours(accountId, { from: 0, webhookId: id });
  await store.courierFigures(accountId, 0);
  // So that the heads are more than are counted, and the shards are looked into as well.
  await store.backlogs([id], 0);
  await store.forgetHours(1);
}

async function useViews(store: Store, { id: accountId }: Account): Promise<void> {
  const view = { id: ids.next('view'), accountId, name: 'one', query: {}, createdAt: 1 };
  await store.insertView(view, 1);
  await store.updateView(view);
  await store.deleteView(accountId, view.id);
}

async function useMembers(store: Store, account: Account): Promise<void> {
  const member = aMember(account);
  const session = aSession(member);
  await store.insertMember(member, heardAll);
  await store.insertSession(session, { passwordHash: 'hash', sessionsMax: 1 });
  await store.sessionByHash(session.hash, 1);
  await store.touchSession(session);
  await store.sessions(account.id, member.id, 1);
  await store.member(account.id, member.id);
  await store.members(account.id);
  await store.membersByEmail('none');
  await store.memberByLink('none');
  await store.updateMember(member, { heard: heardAll, ends: 'all' });
  await store.endSession(account.id, session.id);
  await store.deleteMember(account.id, member.id, heardAll);
  await store.forgetSessions(1);
  await store.insertAuditEntry(anEntry(account));
  await store.auditEntries(account.id, { after: null, limit: 1 });
  await store.forgetAuditEntries(1);
}
