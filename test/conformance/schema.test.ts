/** The embedded store's schema, and how its statements are run. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overRecords } from '../../src/store/overRecords.ts';
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts';
import { recordStoreOn } from '../../src/store/sqlite/recordStore.ts';
import type { Store } from '../../src/store/store.ts';
import { makeVault } from '../../src/vault.ts';
import { testKey, withFolder } from './folder.ts';
import { insertTrackings, makeOlderFile } from './olderSchema.ts';
import { readLists } from './readLists.ts';
import { snapshotKept, snapshotMade } from './snapshot.ts';
import { aParcel, changeOf, commit, ids, rowsOf } from './world.ts';

describe('the schema of the embedded store', () => {
  it('is the one that is kept for reading', async () => {
    assert.equal(
      await snapshotMade(),
      snapshotKept(),
      'src/store/sqlite/schema.sql is not what the migrations make. Write it anew: node test/conformance/snapshot.ts',
    );
  });
});

describe('a migration of the embedded store', () => {
  it('counts the trackings that are there already', () =>
    withFolder(async (folder) => {
      const accountId = ids.next('acc');
      await makeOlderFile(folder, 2, insertTrackings(accountId));
      const { store } = await opened(folder);
      await commit(store, changeOf(aParcel(accountId)));
      assert.deepEqual(await store.trackingCounts(accountId), [
        { status: 'pending', archived: false, count: 3 },
      ]);
      await store.close();
    }));
});

async function opened(folder: string): Promise<{ database: Database; store: Store }> {
  const database = openDatabase(folder);
  return { database, store: overRecords(await recordStoreOn(database, makeVault(testKey))) };
}

/** Read as a whole on purpose. */
const scansAllowed = [
  // There are few accounts, and all are meant.
  /^select .* from account order by id$/,
  /from account$/,
  // For operators, who asked.
  /^select count\(\*\)/,
];

describe('the statements of the embedded store', () => {
  it('find what they need by an index, and sort nothing', () =>
    withFolder(async (folder) => {
      const { database, statements } = recording(openDatabase(folder));
      const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
      await readLists(store);
      await rowsOf(store);
      const found: string[] = [];
      for (const sql of statements) {
        for (const step of planOf(database, sql)) {
          const scans =
            /^SCAN (?!CONSTANT|worked|json_each|\d)/.test(step) &&
            !scansAllowed.some((allowed) => allowed.test(sql));
          const sorts = /TEMP B-TREE/.test(step);
          if (scans || sorts) found.push(`${step}: ${sql}`);
        }
      }
      assert.deepEqual(found, []);
      assert.ok(statements.size > 50, `${statements.size} statements`);
      await store.close();
    }));

  it('use the index that was made for them', () =>
    withFolder(async (folder) => {
      const { database, statements } = recording(openDatabase(folder));
      const store = overRecords(await recordStoreOn(database, makeVault(testKey)));
      await readLists(store);
      const expected: [RegExp, RegExp][] = [
        [
          /from tracking where account_id = \? and number = \?/,
          /tracking_identity \(account_id=\? AND number=\?\)/,
        ],
        [/update tracking set/, /\(account_id=\? AND id=\?\)/],
        [/from tracking where poll_at <= \?/, /tracking_poll \(poll_at<\?\)/],
        [/select min\(poll_at\)/, /tracking_poll/],
        [
          /from tracking where \(expire_day, rowid\) > /,
          /tracking_expiry \(expire_day>\? AND expire_day<\?\)/,
        ],
        [
          /^select id from tracking where (?!.* :courier).*status = :status/,
          /INDEX tracking_status \(account_id=\? AND status=\?/,
        ],
        [
          /^select id from tracking where .* archived = 1/,
          /INDEX tracking_(archived|status|courier) \(account_id=\? AND /,
        ],
        [
          /^select id from tracking where account_id = :account( and id [<>]=? :\w+)* order/,
          /COVERING INDEX sqlite_autoindex_tracking_1 \(account_id=\?/,
        ],
        [
          /^select id from tracking where account_id = :account and deleted_at is null( and id [<>]=? :\w+)* order/,
          /COVERING INDEX tracking_made \(account_id=\?/,
        ],
        [
          /^select (?!id ).* from tracking where (?!.* :status).* and courier_code = :courier/,
          /INDEX tracking_courier \(account_id=\? AND courier_code=\?/,
        ],
        [/^select .* and id = :one/, /sqlite_autoindex_tracking_1 \(account_id=\? AND id=\?\)/],
        [/^select id from delivery(_history)? where/, /PRIMARY KEY \(account_id=\?/],
        [/^select .* from delivery(_history)? where .* limit :limit offset/, /PRIMARY KEY \(account_id=\?/],
        [
          /state <> 'parked' and ordered = 1 order by revision/,
          /delivery_parcel \(webhook_id=\? AND tracking_id=\?\)/,
        ],
        [/set state = 'blocked'/, /delivery_parcel \(webhook_id=\? AND tracking_id=\? AND revision>\?\)/],
        [/set state = 'scheduled'/, /PRIMARY KEY \(account_id=\? AND id=\?\)/],
        [/delete from delivery where account_id/, /PRIMARY KEY \(account_id=\? AND id=\?\)/],
        [
          /from delivery d join event e .* where d.webhook_id/,
          /d USING INDEX delivery_head \(webhook_id=\? AND \(due_at,id\)>\(\?,\?\)\)/,
        ],
        [
          /from delivery d join event e .* where d.account_id/,
          /d USING PRIMARY KEY \(account_id=\? AND id=\?\)/,
        ],
        [/with recursive worked/, /INDEX delivery_head \(webhook_id>\?\)/],
        [
          /from delivery where webhook_id = \? and \(tracking_id, revision\) > /,
          /delivery_parcel \(webhook_id=\? AND \(tracking_id,revision\)>\(\?,\?\)\)/,
        ],
        [
          /from delivery where webhook_id = \? and tracking_id is null/,
          /delivery_parcel \(webhook_id=\? AND tracking_id=\? AND revision=\? AND \(account_id,id\)>\(\?,\?\)\)/,
        ],
        [
          /update delivery set state = 'parked', due_at = null where webhook_id/,
          /delivery_parcel \(webhook_id=\?\)/,
        ],
        [/delete from delivery where webhook_id/, /delivery_parcel \(webhook_id=\?\)/],
        [
          /from delivery where .* and tracking_id = :tracking and webhook_id in/,
          /delivery_parcel \(webhook_id=\? AND tracking_id=\?\)/,
        ],
        [
          /from event where account_id = \? and id > \? order/,
          /sqlite_autoindex_event_1 \(account_id=\? AND id>\?\)/,
        ],
        [/from api_key where hash/, /\(hash=\?\)/],
        [/delete from answer where created_at/, /answer_age/],
      ];
      // Of two, the search might begin at the wide one.
      for (const sql of statements) {
        assert.ok(!/ id >= :\w+ .*\bid >=? :/.test(sql) && !/ id <=? :\w+ .*\bid <=? :/.test(sql), sql);
      }
      for (const [statement, plan] of expected) {
        const matching = [...statements].filter((sql) => statement.test(sql));
        assert.ok(matching.length > 0, `no statement is like ${statement}`);
        for (const sql of matching) assert.match(planOf(database, sql).join('\n'), plan, sql);
      }
      await store.close();
    }));
});

/** The database, and every statement that is prepared on it from now on. */
function recording(database: Database): { database: Database; statements: ReadonlySet<string> } {
  const statements = new Set<string>();
  const noting = (prepare: Database['prepare']) => (sql: string) => {
    statements.add(sql.replace(/\s+/g, ' ').trim());
    return prepare(sql);
  };
  return {
    statements,
    database: {
      ...database,
      prepare: noting(database.prepare),
      prepareRows: noting(database.prepareRows),
    },
  };
}

function planOf(database: Database, sql: string): readonly string[] {
  if (/^explain /.test(sql)) return [];
  const rows = database.prepare(`explain query plan ${sql}`).all() as { detail: string }[];
  return rows.map((row) => row.detail);
}
