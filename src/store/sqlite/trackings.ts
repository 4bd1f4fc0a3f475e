/** Trackings, and the commit of a flush: states, events with their bodies, deliveries, remembered answers. */
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Page } from '../../domain/page.ts';
import { idRange, pageOf } from '../page.ts';
import {
  type ChangeRecord,
  type ChangeResult,
  type DeliveryRow,
  dayMs,
  type RecordStore,
  type TrackingRow,
} from '../records.ts';
import {
  type AccountId,
  type Answer,
  type NumberKey,
  type PageRequest,
  StoreUnavailable,
  type TrackingFilter,
  type TrackingStore,
} from '../store.ts';
import type { AnswerTable } from './answers.ts';
import type { Database } from './database.ts';
import type { DeliveryTable } from './deliveries.ts';
import type { EventTable } from './events.ts';
import { createdBetween, prepareList } from './page.ts';

const columns =
  'account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived, created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document';

const selectByNumber = `select ${columns} from tracking where account_id = ? and number = ?`;

const selectById = `select ${columns} from tracking where account_id = ? and id = ?`;

const insertOne = `
  insert into tracking (account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived,
    created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Only columns without an index: rewriting an index's entry dirties a page of its own, even if nothing differs. */
const updateOne = `
  update tracking set revision = ?, substatus = ?, updated_at = ?, last_event_id = ?, document = ?
  where account_id = ? and id = ? and revision = ?`;

const updateIndexed = `
  update tracking set courier_code = :courier, generation = :generation, status = :status, archived = :archived, deleted_at = :deletedAt,
    expire_day = :expireDay, poll_at = :pollAt
  where account_id = :account and id = :id and (courier_code is not :courier or generation <> :generation
    or status <> :status or archived <> :archived or deleted_at is not :deletedAt or expire_day is not :expireDay or poll_at is not :pollAt)`;

const listAll = `select ${columns} from tracking`;

const conditions = {
  account: 'account_id = :account',
  living: 'deleted_at is null',
  after: 'id < :after',
  ...createdBetween,
  status: 'status = :status',
  courier: 'courier_code = :courier',
  number: 'number = :number',
  archived: 'archived = :archived',
};

const selectDuePolls = `select ${columns} from tracking where poll_at <= ? order by poll_at limit ?`;

const selectNextPoll = 'select min(poll_at) as at from tracking where poll_at is not null';

const selectDueExpiries = `select ${columns} from tracking where expire_day <= ? order by expire_day limit ?`;

export type TrackingTable = Pick<RecordStore, keyof TrackingStore>;

export function makeTrackingTable(
  database: Database,
  tables: { events: EventTable; deliveries: DeliveryTable; answers: AnswerTable },
): TrackingTable {
  const byNumber = database.prepareRows(selectByNumber);
  const byId = database.prepareRows(selectById);
  const insert = database.prepare(insertOne);
  const update = database.prepare(updateOne);
  const updateIndexes = database.prepare(updateIndexed);
  const page = prepareList(database.prepareRows, listAll, conditions);
  const duePolls = database.prepareRows(selectDuePolls);
  const nextPoll = database.prepare(selectNextPoll);
  const dueExpiries = database.prepareRows(selectDueExpiries);

  function write(
    [tracking, expectedRevision, events, deliveries]: ChangeRecord,
    place: (delivery: DeliveryRow) => DeliveryState,
  ): ChangeResult {
    if (!writeTracking(tracking, expectedRevision)) return 'conflict';
    for (const event of events) tables.events.insert(event);
    return deliveries.map(place);
  }

  /** False when it stands at another revision. */
  function writeTracking(tracking: TrackingRow, expectedRevision: number): boolean {
    if (expectedRevision === 0) {
      insert.run(...tracking);
      return true;
    }
    const [account, id, , courier, generation, , revision, status, substatus, archived] = tracking;
    const [, , , , , , , , , , , updatedAt, deletedAt, expireDay, pollAt, lastEventId, document] = tracking;
    const written = [revision, substatus, updatedAt, lastEventId, document] as const;
    if (update.run(...written, account, id, expectedRevision).changes === 0) return false;
    updateIndexes.run({ courier, generation, status, archived, deletedAt, expireDay, pollAt, account, id });
    return true;
  }

  /** One at a time, so that what cannot be stored is named and its neighbours are kept. */
  function carefully(run: () => ChangeResult): ChangeResult {
    try {
      return database.savepoint(run);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      return { failed: (error as Error).message };
    }
  }

  return {
    async load(keys: readonly NumberKey[]) {
      return keys.map((key) => oldestFirst(byNumber.all(key.accountId, key.number) as TrackingRow[]));
    },
    commit(changes: readonly ChangeRecord[], answers: readonly Answer[]) {
      return database.write((careful) => {
        const place = tables.deliveries.placing();
        const results = changes.map((change) =>
          careful ? carefully(() => write(change, place)) : write(change, place),
        );
        const allWritten = results.every((result) => Array.isArray(result));
        if (allWritten) for (const answer of answers) tables.answers.put(answer);
        return results;
      });
    },
    async tracking(accountId, id, options = { withDeleted: false }) {
      const row = byId.get(accountId, id) as TrackingRow | undefined;
      return row === undefined || (row[12] !== null && !options.withDeleted) ? null : row;
    },
    async trackings(
      accountId: AccountId,
      filter: TrackingFilter,
      request: PageRequest,
    ): Promise<Page<TrackingRow>> {
      const rows = page({
        account: accountId,
        living: true,
        after: request.after,
        ...idRange('trk', filter),
        status: filter.status,
        courier: filter.courierCode,
        number: filter.number,
        archived: filter.archived === null ? null : Number(filter.archived),
        limit: request.limit + 1,
      }) as TrackingRow[];
      return pageOf(rows, request.limit, ([, id]) => id);
    },
    async duePolls(before, limit) {
      return duePolls.all(before, limit) as TrackingRow[];
    },
    async nextPollAt() {
      return (nextPoll.get() as { at: number | null }).at;
    },
    async dueExpiries(newsBefore, limit) {
      return dueExpiries.all(Math.floor(newsBefore / dayMs), limit) as TrackingRow[];
    },
  };
}

/** The lives of one number: nearly always one, so that a sort in SQL would cost more than it does here. */
function oldestFirst(lives: TrackingRow[]): TrackingRow[] {
  return lives.sort(([, a], [, b]) => (a < b ? -1 : 1));
}
