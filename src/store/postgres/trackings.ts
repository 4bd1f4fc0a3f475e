/** Trackings, and the commit of a flush: states, events with their bodies, deliveries, remembered answers. */
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Page } from '../../domain/page.ts';
import { idRange, pageOf } from '../page.ts';
import {
  type ChangeRecord,
  type ChangeResult,
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
import { numberColumn, textColumn, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import type { EventTable } from './events.ts';
import { lockParcels, shareWebhooks } from './locks.ts';
import { violates } from './outage.ts';
import { createdBetween, prepareList } from './page.ts';
import { place } from './placing.ts';

const columns =
  'account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived, created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document';

/** The columns of a `TrackingRow`, as a batch of them is sent. */
const batch = `
  unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::text[], $17::text[])
    with ordinality as u (${columns}, place)`;

const numberPlaces = new Set([4, 5, 6, 9, 10, 11, 12, 13, 14]);

const selectByNumber = `
  select ${columns} from tracking
  where (account_id, number) in (select * from unnest($1::text[], $2::text[])) order by id`;

const selectById = `select ${columns} from tracking where account_id = $1 and id = $2`;

/** Identities are claimed in one order, so that no two transactions wait for each other's. What is taken is left out. */
const insertEach = `
  insert into tracking (${columns}) select ${columns} from ${batch}
  order by account_id, number, coalesce(courier_code, ''), generation, place
  on conflict do nothing returning id`;

/** Where nothing that is indexed differs, the new row has no new entries in the indexes (it is a HOT update). */
const updateEach = `
  update tracking t set courier_code = u.courier_code, generation = u.generation, revision = u.revision, status = u.status,
    substatus = u.substatus, archived = u.archived, updated_at = u.updated_at, deleted_at = u.deleted_at,
    expire_day = u.expire_day, poll_at = u.poll_at, last_event_id = u.last_event_id, document = u.document
  from ${batch} where t.account_id = u.account_id and t.id = u.id`;

const selectIds = `
  select id from tracking where (account_id, id) in (select * from unnest($1::text[], $2::text[]))`;

const listAll = `select ${columns} from tracking`;

const conditions = {
  account: 'account_id = ?',
  living: 'deleted_at is null',
  after: 'id < ?',
  ...createdBetween,
  status: 'status = ?',
  courier: 'courier_code = ?',
  number: 'number = ?',
  archived: 'archived = ?',
};

const selectDuePolls = `select ${columns} from tracking where poll_at <= $1 order by poll_at limit $2`;

const selectNextPoll = 'select min(poll_at) from tracking where poll_at is not null';

const selectDueExpiries = `select ${columns} from tracking where expire_day <= $1 order by expire_day limit $2`;

export type TrackingTable = Pick<RecordStore, keyof TrackingStore>;

export function makeTrackingTable(
  database: Database,
  tables: { days: Days; events: EventTable; answers: AnswerTable },
): TrackingTable {
  const page = prepareList(database, listAll, conditions);

  /** Takes the locks of all, so that what follows may be tried in parts. Gives the revisions that trackings stand at. */
  async function lock(session: Session, changes: readonly ChangeRecord[]): Promise<Revisions> {
    const webhookIds = changes.flatMap(([, , , deliveries]) =>
      deliveries.map(([, , webhookId]) => webhookId),
    );
    await shareWebhooks(session, webhookIds);
    const existing = changes.filter(([, expectedRevision]) => expectedRevision > 0);
    return lockParcels(
      session,
      existing.map(([[accountId, id]]) => [accountId, id]),
    );
  }

  async function write(
    session: Session,
    changes: readonly ChangeRecord[],
    revisions: Revisions,
  ): Promise<ChangeResult[]> {
    const fits = ([[, id], expected]: ChangeRecord) => expected === 0 || revisions.get(id) === expected;
    const fresh = changes.filter((change) => change[1] === 0).map(([tracking]) => tracking);
    const known = changes.filter((change) => change[1] > 0 && fits(change)).map(([tracking]) => tracking);
    if (known.length > 0) await session.run(updateEach, valuesOf(known.toSorted(byIdentity)));
    const refused = await insert(session, fresh);
    const written = changes.filter((change) => fits(change) && !refused.has(change[0][1]));
    await tables.events.insert(
      session,
      written.flatMap(([, , events]) => events),
    );
    const states = await place(
      session,
      written.flatMap(([, , , deliveries]) => deliveries),
      new Set(fresh.map(([, id]) => id)),
    );
    return changes.map((change) => {
      const [[, id], , , deliveries] = change;
      if (!fits(change)) return 'conflict';
      return refused.get(id) ?? deliveries.map(([, delivery]) => states.get(delivery) as DeliveryState);
    });
  }

  /** Gives those that were not taken, with what became of them. */
  async function insert(session: Session, rows: readonly TrackingRow[]): Promise<Map<string, ChangeResult>> {
    const refused = new Map<string, ChangeResult>();
    if (rows.length === 0) return refused;
    const inserted = new Set(
      (await session.rows<[id: string]>(insertEach, valuesOf(rows))).map(([id]) => id),
    );
    const left = rows.filter(([, id]) => !inserted.has(id));
    if (left.length === 0) return refused;
    const taken = await session.rows<[id: string]>(selectIds, [textColumn(left, 0), textColumn(left, 1)]);
    const takenIds = new Set(taken.map(([id]) => id));
    const here = new Set(rows.filter(([, id]) => inserted.has(id)).map(identityOf));
    for (const row of left) {
      const twice = takenIds.has(row[1]) || here.has(identityOf(row));
      // Made by another process since the number was read: it is read again.
      refused.set(
        row[1],
        twice ? { failed: 'There is a tracking of this id or identity already.' } : 'conflict',
      );
    }
    return refused;
  }

  /** In ever smaller parts, so that what cannot be stored is named and its neighbours are kept. */
  async function carefully(
    session: Session,
    changes: readonly ChangeRecord[],
    revisions: Revisions,
  ): Promise<ChangeResult[]> {
    try {
      return await database.savepoint(session, () => write(session, changes, revisions));
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (changes.length === 1)
        return [violates(error, 'tracking_identity') ? 'conflict' : { failed: (error as Error).message }];
      const half = changes.length >> 1;
      return [
        ...(await carefully(session, changes.slice(0, half), revisions)),
        ...(await carefully(session, changes.slice(half), revisions)),
      ];
    }
  }

  return {
    async load(keys: readonly NumberKey[]) {
      if (keys.length === 0) return [];
      const rows = await database.rows<TrackingRow>(selectByNumber, [
        texts(keys.map(({ accountId }) => accountId)),
        texts(keys.map(({ number }) => number)),
      ]);
      const lives = Map.groupBy(rows, ([accountId, , number]) => `${accountId} ${number}`);
      return keys.map(({ accountId, number }) => lives.get(`${accountId} ${number}`) ?? []);
    },
    async commit(changes: readonly ChangeRecord[], answers: readonly Answer[]) {
      await tables.days.ensure(
        changes.flatMap(([, , events, deliveries]) => [...events, ...deliveries].map(([, id]) => id)),
      );
      const run = (writeEach: typeof write) =>
        database.write(async (session) => {
          const results = await writeEach(session, changes, await lock(session, changes));
          if (results.every((result) => Array.isArray(result))) await tables.answers.put(session, answers);
          return results;
        });
      try {
        return await run(write);
      } catch (error) {
        if (error instanceof StoreUnavailable || changes.length === 0) throw error;
        return run(carefully);
      }
    },
    async tracking(accountId, id, options = { withDeleted: false }) {
      const [row] = await database.rows<TrackingRow>(selectById, [accountId, id]);
      return row === undefined || (row[12] !== null && !options.withDeleted) ? null : row;
    },
    async trackings(
      accountId: AccountId,
      filter: TrackingFilter,
      request: PageRequest,
    ): Promise<Page<TrackingRow>> {
      const rows = await page<TrackingRow>({
        account: accountId,
        living: true,
        after: request.after,
        ...idRange('trk', filter),
        status: filter.status,
        courier: filter.courierCode,
        number: filter.number,
        archived: filter.archived === null ? null : Number(filter.archived),
        limit: request.limit + 1,
      });
      return pageOf(rows, request.limit, ([, id]) => id);
    },
    duePolls: (before, limit) => database.rows<TrackingRow>(selectDuePolls, [before, limit]),
    async nextPollAt() {
      const [[at] = [null]] = await database.rows<[at: number | null]>(selectNextPoll);
      return at;
    },
    dueExpiries: (newsBefore, limit) =>
      database.rows<TrackingRow>(selectDueExpiries, [Math.floor(newsBefore / dayMs), limit]),
  };
}

type Revisions = ReadonlyMap<string, number>;

function valuesOf(rows: readonly TrackingRow[]): Buffer[] {
  return Array.from({ length: 17 }, (_, place) =>
    numberPlaces.has(place) ? numberColumn(rows, place) : textColumn(rows, place),
  );
}

function identityOf([accountId, , number, courierCode, generation]: TrackingRow): string {
  return `${accountId} ${number} ${courierCode ?? ''} ${generation}`;
}

function byIdentity(a: TrackingRow, b: TrackingRow): number {
  return identityOf(a) < identityOf(b) ? -1 : 1;
}
