/** The log of events, each with the bodies rendered for it. Ids grow with every commit, so id order is commit order. */
import { dataVersion } from '../../domain/delivery.ts';
import type { WebhookVersion } from '../../domain/status.ts';
import { makePortion } from '../page.ts';
import type { EventRow, RecordStore } from '../records.ts';
import type { EventStore } from '../store.ts';
import type { Database } from './database.ts';

export interface EventTable extends Pick<RecordStore, keyof EventStore> {
  /** Within a job. */
  insert(event: EventRow): void;
}

const insertOne = `
  insert into event (account_id, id, document, v2, v3, v4, standard) values (?, ?, ?, ?, ?, ?, ?)`;

const selectAfter = 'select id, document from event where account_id = ? and id > ? order by id limit ?';

const selectOne = 'select document from event where account_id = ? and id = ?';

/** One probe per account: the primary key begins with it. */
const selectNewest = `
  select max((select max(id) from event where account_id = account.id)) as newest from account`;

const selectBody = 'select v2, v3, v4, standard from event where account_id = ? and id = ?';

export function makeEventTable(database: Database): EventTable {
  const insert = database.prepare(insertOne);
  const after = database.prepareRows(selectAfter);
  const one = database.prepare(selectOne);
  const newest = database.prepare(selectNewest);
  const body = database.prepare(selectBody);

  return {
    insert(event) {
      insert.run(...event);
    },
    async events(accountId, page) {
      await database.turn();
      return makePortion(documentChars).take(after.iterate(accountId, page.after ?? '', page.limit));
    },
    async event(accountId, id) {
      const row = one.get(accountId, id) as { document: string } | undefined;
      return row?.document ?? null;
    },
    async newestEventId() {
      return (newest.get() as { newest: string | null } | undefined)?.newest ?? null;
    },
    async body(accountId, eventId, version) {
      const row = body.get(accountId, eventId) as Record<WebhookVersion, string | null> | undefined;
      return row?.[dataVersion(version)] ?? null;
    },
  };
}

function documentChars([, document]: readonly [id: string, document: string]): number {
  return document.length;
}
