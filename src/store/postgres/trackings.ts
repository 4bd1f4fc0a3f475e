/** Trackings, and the commit of a flush: states, events with their bodies, deliveries, remembered answers. */
import { dayMs } from '../../base/durations.ts';
import { allShards } from '../../base/id.ts';
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Search } from '../../domain/search.ts';
import type { Status } from '../../domain/status.ts';
import { type Asked, behindIds, idRange } from '../page.ts';
import type { ChangeRecord, ChangeResult, RecordStore, TermsRow, TrackingRow } from '../records.ts';
import {
  type AccountId,
  type Answer,
  AnswerTaken,
  type NumberKey,
  StoreUnavailable,
  type TrackingFilter,
  type TrackingStore,
} from '../store.ts';
import { attentionTerm, endOf } from '../terms.ts';
import type { AnswerTable } from './answers.ts';
import { numberColumn, numbers, textColumn, texts } from './arrays.ts';
import { failedBy, runParts } from './careful.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import type { EventTable } from './events.ts';
import { makeFinding } from './finding.ts';
import { lockParcels, shareWebhooks } from './locks.ts';
import { makeNarrowed } from './narrowed.ts';
import { outdatedAmong } from './news.ts';
import { violates } from './outage.ts';
import { createdBetween, prepareList, readPage, readPortion, rowsAtOnce } from './page.ts';
import { place } from './placing.ts';

const columns =
  'account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived, created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document, writes, terms';

/** The columns of a `TrackingRow`, as a batch of them is sent. */
const batch = `
  unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::text[], $17::text[], $18::bigint[], $19::text[])
    with ordinality as u (${columns}, place)`;

const numberPlaces = new Set([4, 5, 6, 9, 10, 11, 12, 13, 14, 17]);

const selectByNumber = `
  select ${columns} from tracking
  where (account_id, number) in (select * from unnest($1::text[], $2::text[])) order by id`;

const selectWrites = `
  select u.place, t.id, t.writes from unnest($1::text[], $2::text[]) with ordinality as u (account_id, number, place)
    join tracking t on t.account_id = u.account_id and t.number = u.number`;

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
    expire_day = u.expire_day, poll_at = u.poll_at, last_event_id = u.last_event_id, document = u.document, writes = u.writes, terms = u.terms
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
  among: 'status in (select json_array_elements_text(?::json))',
  updatedFrom: 'updated_at >= ?',
  updatedTo: 'updated_at <= ?',
  courier: 'courier_code = ?',
  numbers: 'number in (select json_array_elements_text(?::json))',
  // See `trackingDocument.ts`.
  orders: "document::json #>> '{3,orderId}' in (select json_array_elements_text(?::json))",
  orderNumbers: "document::json #>> '{3,orderNumber}' in (select json_array_elements_text(?::json))",
  // As it stands in the index which has these alone.
  archived: 'archived = 1',
  unarchived: 'archived = 0',
  // Only of rows that are looked at for something else. The value is a pair: the text and the number that it may be, too.
  search: `(exists (select 1 from json_array_elements_text(terms::json) as found (term)
      where term collate "C" >= ?::json ->> 0 and term collate "C" < ?::json ->> 1)
    or (number >= ?::json ->> 2 and number < ?::json ->> 3))`,
  needing: `exists (select 1 from json_array_elements_text(terms::json) as found (term)
    where term in (select json_array_elements_text(?::json)))`,
};

/** By what an index walks a list. */
const listKeys = ['account', 'living', 'after', 'status', 'courier', 'archived', 'idMin', 'idMax'];

const selectCounts = `
  select status, archived, sum(number)::bigint from tracking_count
  where account_id = $1 group by status, archived having sum(number) > 0 order by status, archived`;

/** The first few of each shard, merged. */
const selectDuePolls = `
  select ${columns} from (
    select due.* from unnest($5::bigint[]) as own (shard) cross join lateral (
      select * from tracking
      where tracking.shard = own.shard and poll_at <= $1 and (poll_at, id) > ($2, $3)
      order by poll_at, id limit $4) as due) as near
  order by poll_at, id limit $4`;

const selectNextPoll = `
  select min(due.poll_at) from unnest($1::bigint[]) as own (shard) cross join lateral (
    select poll_at from tracking where tracking.shard = own.shard and poll_at is not null order by poll_at limit 1) as due`;

const selectDueExpiries = `
  select ${columns} from tracking
  where expire_day <= $1 and (expire_day, id) > ($2, $3) order by expire_day, id limit $4`;

const selectEvery = `
  select ${columns} from tracking where (account_id, id) > ($1, $2) order by account_id, id limit $3`;

/** In the order in which others hold them. */
const updateTerms = `
  update tracking t set terms = u.terms
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as u (account_id, id, writes, terms)
  where t.account_id = u.account_id and t.id = u.id and t.writes = u.writes and t.terms is distinct from u.terms`;

export type TrackingTable = Pick<RecordStore, keyof TrackingStore>;

export function makeTrackingTable(
  database: Database,
  tables: { days: Days; events: EventTable; answers: AnswerTable },
): TrackingTable {
  const page = prepareList(database, listAll, conditions);
  /** How many rows there are of those asked for, and the last but one: that is where the next ones begin. */
  const passed = prepareList(database, 'select id from tracking', conditions, (rows, limit) => {
    const placed = `select id, row_number() over () as place from (${rows}) as list`;
    return `select count(*), min(id) filter (where place < ${limit}) from (${placed}) as passed`;
  });

  const { attentionCounts } = makeFinding(database);
  const idOf = ([, id]: TrackingRow) => id;
  const narrowed = makeNarrowed<TrackingRow>(database, {
    ...{ columns, conditions, keys: listKeys, rowsAtOnce, charsOf: documentChars, idOf },
  });
  const narrowedIds = makeNarrowed<[id: string]>(database, {
    ...{ columns: 'id', conditions, keys: listKeys, rowsAtOnce: 10_000 },
    ...{ charsOf: () => 0, idOf: ([id]) => id },
  });

  /** Takes the locks of all, so that what follows may be tried in parts. Gives how often each was written. */
  async function lock(session: Session, changes: readonly ChangeRecord[]): Promise<WriteCounts> {
    const webhookIds = changes.flatMap(([, , , deliveries]) =>
      deliveries.map(([, , webhookId]) => webhookId),
    );
    await shareWebhooks(session, webhookIds);
    const existing = changes.filter(([, expectedWrites]) => expectedWrites > 0);
    return lockParcels(
      session,
      existing.map(([[accountId, id]]) => [accountId, id]),
    );
  }

  async function write(
    session: Session,
    changes: readonly ChangeRecord[],
    counts: WriteCounts,
  ): Promise<ChangeResult[]> {
    const fits = ([[, id], expected]: ChangeRecord) => expected === 0 || counts.get(id) === expected;
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

  function carefully(
    session: Session,
    changes: readonly ChangeRecord[],
    counts: WriteCounts,
  ): Promise<readonly ChangeResult[]> {
    return runParts<ChangeRecord, ChangeResult>(database, session, {
      parts: changes,
      run: (some) => write(session, some, counts),
      failed: (error) => (violates(error, 'tracking_identity') ? 'conflict' : failedBy(error)),
    });
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
    async writesOf(keys) {
      const writes = keys.map(() => new Map<string, number>());
      if (keys.length === 0) return writes;
      const rows = await database.rows<[place: number, id: string, writes: number]>(selectWrites, [
        texts(keys.map(({ accountId }) => accountId)),
        texts(keys.map(({ number }) => number)),
      ]);
      for (const [place, id, count] of rows) writes[place - 1]?.set(id, count);
      return writes;
    },
    async commit(changes: readonly ChangeRecord[], answers: readonly Answer[], heard: number) {
      await tables.days.ensure(
        changes.flatMap(([, , events, deliveries]) => [...events, ...deliveries].map(([, id]) => id)),
      );
      const run = (writeEach: typeof write | typeof carefully) =>
        database.write(async (session) => {
          const accountIds = new Set(changes.map(([[accountId]]) => accountId));
          const [outdated, counts] = await Promise.all([
            outdatedAmong(session, accountIds, heard),
            lock(session, changes),
          ]);
          const current = changes.filter(([[accountId]]) => !outdated.has(accountId));
          const written = (await writeEach(session, current, counts)).values();
          const results = changes.map(([[accountId]]) =>
            outdated.has(accountId) ? 'outdated' : (written.next().value as ChangeResult),
          );
          if (results.every((result) => Array.isArray(result))) await tables.answers.claim(session, answers);
          return [...results];
        });
      try {
        return await run(write);
      } catch (error) {
        if (error instanceof StoreUnavailable || error instanceof AnswerTaken || changes.length === 0)
          throw error;
        return run(carefully);
      }
    },
    async tracking(accountId, id, options = { withDeleted: false }) {
      const [row] = await database.rows<TrackingRow>(selectById, [accountId, id]);
      return row === undefined || (row[12] !== null && !options.withDeleted) ? null : row;
    },
    trackings(accountId, filter, request) {
      const asked = askedOf(accountId, filter);
      if (isNarrow(filter)) return narrowed(accountId, filter, asked, request);
      return readPage<TrackingRow>(request, {
        ...{ charsOf: documentChars, idOf },
        read: (after, limit) => page({ ...asked, after, limit }),
      });
    },
    async skipTrackings(accountId, filter, { after, limit }) {
      if (isNarrow(filter)) {
        const request = { after, limit };
        const { items, next } = await narrowedIds(accountId, filter, askedOf(accountId, filter), request);
        return { count: items.length, next };
      }
      const [[count, next] = [0, null]] = await passed<[count: number, next: string | null]>({
        ...askedOf(accountId, filter),
        after,
        limit: limit + 1,
      });
      return { count: Math.min(count, limit), next: count > limit ? next : null };
    },
    async trackingCounts(accountId) {
      const rows = await database.rows<[status: Status, archived: number, count: number]>(selectCounts, [
        accountId,
      ]);
      return rows.map(([status, archived, count]) => ({ status, archived: archived === 1, count }));
    },
    async duePolls(before, limit, shards) {
      const own = numbers(shards ?? allShards);
      const { rows } = await readPortion<TrackingRow>({
        limit,
        charsOf: documentChars,
        read: (last, limit) =>
          database.rows(selectDuePolls, [before, last?.[14] ?? -1, last?.[1] ?? '', limit, own]),
      });
      return rows;
    },
    async nextPollAt(shards) {
      const own = numbers(shards ?? allShards);
      const [[at] = [null]] = await database.rows<[at: number | null]>(selectNextPoll, [own]);
      return at;
    },
    attentionCounts,
    everyTracking: (request) =>
      readPage<TrackingRow>(request, {
        charsOf: documentChars,
        idOf: ([account, id]) => `${account} ${id}`,
        read(after, limit) {
          const [account = '', id = ''] = after?.split(' ') ?? [];
          return database.rows(selectEvery, [account, id, limit]);
        },
      }),
    setTerms: (rows: readonly TermsRow[]) =>
      database.write(async (session) => {
        await lockParcels(
          session,
          rows.map(([accountId, id]) => [accountId, id]),
        );
        const values = [0, 1, 2, 3].map((place) =>
          place === 2 ? numberColumn(rows, place) : textColumn(rows, place),
        );
        return session.run(updateTerms, values);
      }),
    dueExpiries(newsBefore, request, newsFrom = 0) {
      const dayMin = String(Math.floor(newsFrom / dayMs) - 1);
      const dayMax = Math.floor(newsBefore / dayMs);
      return readPage<TrackingRow>(request, {
        charsOf: documentChars,
        idOf: (row) => `${row[13]} ${row[1]}`,
        read(after, limit) {
          const [day = dayMin, id = behindIds] = after?.split(' ') ?? [];
          return database.rows(selectDueExpiries, [dayMax, Number(day), id, limit]);
        },
      });
    },
  };
}

function askedOf(accountId: AccountId, filter: TrackingFilter): Asked {
  const { statuses, numbers, orderIds, orderNumbers } = filter;
  const status = statuses?.length === 1 ? (statuses[0] as string) : null;
  return {
    account: accountId,
    living: true,
    ...idRange('trk', filter),
    from: filter.createdFrom,
    to: filter.createdTo,
    updatedFrom: filter.updatedFrom,
    updatedTo: filter.updatedTo,
    status,
    among: statuses === null || status !== null ? null : JSON.stringify(statuses),
    courier: filter.courierCode,
    numbers: numbers === null ? null : JSON.stringify(numbers),
    orders: orderIds === null ? null : JSON.stringify(orderIds),
    orderNumbers: orderNumbers === null ? null : JSON.stringify(orderNumbers),
    archived: filter.archived === true ? true : null,
    unarchived: filter.archived === false ? true : null,
    search: filter.search === null ? null : searchValue(filter.search),
    needing: filter.attention === null ? null : JSON.stringify(filter.attention.map(attentionTerm)),
  };
}

/** Whether it is found by what `terms.ts` says of it; a few numbers are found faster. */
function isNarrow({ search, attention, numbers }: TrackingFilter): boolean {
  return (search !== null || attention !== null) && numbers === null;
}

function searchValue({ text, number }: Search): string {
  const beginning = number ?? text;
  return JSON.stringify([text, endOf(text), beginning, endOf(beginning)]);
}

function documentChars(row: TrackingRow): number {
  return row[16].length;
}

type WriteCounts = ReadonlyMap<string, number>;

function valuesOf(rows: readonly TrackingRow[]): Buffer[] {
  return Array.from({ length: 19 }, (_, place) =>
    numberPlaces.has(place) ? numberColumn(rows, place) : textColumn(rows, place),
  );
}

function identityOf([accountId, , number, courierCode, generation]: TrackingRow): string {
  return `${accountId} ${number} ${courierCode ?? ''} ${generation}`;
}

function byIdentity(a: TrackingRow, b: TrackingRow): number {
  return identityOf(a) < identityOf(b) ? -1 : 1;
}
