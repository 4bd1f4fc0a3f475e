/** Trackings, and the commit of a flush: states, events with their bodies, deliveries, remembered answers. */
import { shardOf } from '../../base/id.ts';
import type { Page } from '../../domain/page.ts';
import { rankOf, type Status, type Substatus } from '../../domain/status.ts';
import type { Tracking } from '../../domain/tracking.ts';
import {
  type AccountId,
  type Commit,
  type CommitResult,
  type NumberKey,
  type PageRequest,
  StoreUnavailable,
  type TrackingCommit,
  type TrackingFilter,
  type TrackingStore,
} from '../store.ts';
import { decodeTracking, encodeTracking } from '../trackingDocument.ts';
import type { AnswerTable } from './answers.ts';
import type { Database } from './database.ts';
import type { DeliveryTable } from './deliveries.ts';
import type { EventTable } from './events.ts';
import { createdBetween, idRange, pageOf, prepareList } from './page.ts';

interface Row {
  account_id: string;
  id: string;
  number: string;
  courier_code: string | null;
  generation: number;
  revision: number;
  status: string;
  substatus: string;
  archived: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  poll_at: number | null;
  document: string;
}

const columns =
  'account_id, id, number, courier_code, generation, revision, status, substatus, archived, created_at, updated_at, deleted_at, poll_at, document';

const selectByNumber = `select ${columns} from tracking where account_id = ? and number = ?`;

const selectById = `select ${columns} from tracking where account_id = ? and id = ?`;

const insertOne = `
  insert into tracking (account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived,
    created_at, updated_at, deleted_at, expire_day, poll_at, document)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const updateOne = `
  update tracking set courier_code = ?, revision = ?, status = ?, substatus = ?, archived = ?, updated_at = ?,
    deleted_at = ?, expire_day = ?, poll_at = ?, document = ?
  where account_id = ? and id = ? and revision = ?`;

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

const dayMs = 86_400_000;

export function makeTrackingTable(
  database: Database,
  tables: { events: EventTable; deliveries: DeliveryTable; answers: AnswerTable },
): TrackingStore {
  const byNumber = database.prepare(selectByNumber);
  const byId = database.prepare(selectById);
  const insert = database.prepare(insertOne);
  const update = database.prepare(updateOne);
  const page = prepareList(database, listAll, conditions);
  const duePolls = database.prepare(selectDuePolls);
  const nextPoll = database.prepare(selectNextPoll);
  const dueExpiries = database.prepare(selectDueExpiries);

  function write(commit: TrackingCommit): CommitResult {
    if (!writeTracking(commit.tracking, commit.expectedRevision)) return { kind: 'conflict' };
    for (const event of commit.events) tables.events.insert(event, commit.bodies);
    return {
      kind: 'committed',
      deliveries: commit.deliveries.map((delivery) => tables.deliveries.place(delivery)),
    };
  }

  function writeTracking(tracking: Tracking, expectedRevision: number): boolean {
    const { state } = tracking;
    if (expectedRevision === 0) {
      insert.run(
        tracking.accountId,
        tracking.id,
        tracking.number,
        tracking.courierCode,
        tracking.generation,
        shardOf(tracking.id),
        tracking.revision,
        state.status,
        state.substatus,
        Number(tracking.archived),
        tracking.createdAt,
        tracking.updatedAt,
        tracking.deletedAt,
        expireDay(tracking),
        tracking.pollAt,
        encodeTracking(tracking),
      );
      return true;
    }
    const { changes } = update.run(
      tracking.courierCode,
      tracking.revision,
      state.status,
      state.substatus,
      Number(tracking.archived),
      tracking.updatedAt,
      tracking.deletedAt,
      expireDay(tracking),
      tracking.pollAt,
      encodeTracking(tracking),
      tracking.accountId,
      tracking.id,
      expectedRevision,
    );
    return changes === 1;
  }

  /** One at a time, so that what cannot be stored is named and its neighbours are kept. */
  function writeCarefully(commit: TrackingCommit): CommitResult {
    try {
      return database.savepoint(() => write(commit));
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      return { kind: 'failed', message: (error as Error).message };
    }
  }

  return {
    async load(keys: readonly NumberKey[]) {
      return keys.map((key) => (byNumber.all(key.accountId, key.number) as Row[]).map(fromRow));
    },
    commit(commit: Commit) {
      return database.write((careful) => {
        const results = commit.trackings.map(careful ? writeCarefully : write);
        if (results.every((result) => result.kind === 'committed')) {
          for (const answer of commit.answers) tables.answers.put(answer);
        }
        return results;
      });
    },
    async tracking(accountId, id, options = { withDeleted: false }) {
      const row = byId.get(accountId, id) as Row | undefined;
      return row === undefined || (row.deleted_at !== null && !options.withDeleted) ? null : fromRow(row);
    },
    async trackings(
      accountId: AccountId,
      filter: TrackingFilter,
      request: PageRequest,
    ): Promise<Page<Tracking>> {
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
      }) as Row[];
      return pageOf(rows.map(fromRow), request.limit);
    },
    async duePolls(before, limit) {
      return (duePolls.all(before, limit) as Row[]).map(fromRow);
    },
    async nextPollAt() {
      return (nextPoll.get() as { at: number | null }).at;
    },
    async dueExpiries(newsBefore, limit) {
      return (dueExpiries.all(Math.floor(newsBefore / dayMs), limit) as Row[]).map(fromRow);
    },
  };
}

/**
 * The day of the last news, for trackings that may yet expire: a whole day, so that the index changes at most once a
 * day and parcel.
 */
function expireDay(tracking: Tracking): number | null {
  const over = rankOf(tracking.state) > 0 || tracking.expiredAt !== null || tracking.manual !== null;
  return over || tracking.deletedAt !== null || tracking.stopped ? null : Math.floor(tracking.newsAt / dayMs);
}

function fromRow(row: Row): Tracking {
  return decodeTracking(
    {
      id: row.id as Tracking['id'],
      accountId: row.account_id as Tracking['accountId'],
      number: row.number,
      courierCode: row.courier_code,
      generation: row.generation,
      revision: row.revision,
      state: { status: row.status as Status, substatus: row.substatus as Substatus },
      archived: row.archived === 1,
      deletedAt: row.deleted_at,
      pollAt: row.poll_at,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    },
    row.document,
  );
}
