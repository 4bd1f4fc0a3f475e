/** Trackings, and the commit of a flush: states, events with their bodies, deliveries, remembered answers. */
import { dayMs } from '../../base/durations.ts';
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Page } from '../../domain/page.ts';
import type { Status } from '../../domain/status.ts';
import { type Asked, idRange, makePortion, partOf } from '../page.ts';
import type {
  ChangeRecord,
  ChangeResult,
  DeliveryRow,
  RecordStore,
  TermsRow,
  TrackingRow,
} from '../records.ts';
import type { AccountId, Answer, NumberKey, PageRequest, TrackingFilter, TrackingStore } from '../store.ts';
import { attentionTerm, endOf, newestOf } from '../terms.ts';
import type { AnswerTable } from './answers.ts';
import { runParts } from './careful.ts';
import type { Database } from './database.ts';
import type { DeliveryTable } from './deliveries.ts';
import type { EventTable } from './events.ts';
import { makeFinding } from './finding.ts';
import { createdBetween, idBetween, type List, prepareList, readPage, stretchRows } from './page.ts';

const columns =
  'account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived, created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document, writes, terms';

const selectByNumber = `select ${columns} from tracking where account_id = ? and number = ?`;

const selectIdsByNumber = 'select id from tracking where account_id = ? and number = ?';

const selectById = `select ${columns} from tracking where account_id = ? and id = ?`;

const insertOne = `
  insert into tracking (account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived,
    created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document, writes, terms)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Only columns without an index: rewriting an index's entry dirties a page of its own, even if nothing differs. */
const updateOne = `
  update tracking set revision = ?, substatus = ?, updated_at = ?, last_event_id = ?, document = ?, writes = ?
  where account_id = ? and id = ? and writes = ?`;

const updateIndexed = `
  update tracking set courier_code = :courier, generation = :generation, status = :status, archived = :archived, deleted_at = :deletedAt,
    expire_day = :expireDay, poll_at = :pollAt, terms = :terms
  where account_id = :account and id = :id and (courier_code is not :courier or generation <> :generation
    or status <> :status or archived <> :archived or deleted_at is not :deletedAt or expire_day is not :expireDay or poll_at is not :pollAt
    or terms is not :terms)`;

const conditions = {
  account: 'account_id = :account',
  ...idBetween,
  living: 'deleted_at is null',
  one: 'id = :one',
  status: 'status = :status',
  among: 'status in (select value from json_each(:among))',
  ...createdBetween,
  updatedFrom: 'updated_at >= :updatedFrom',
  updatedTo: 'updated_at <= :updatedTo',
  courier: 'courier_code = :courier',
  // See `trackingDocument.ts`.
  orders: "document ->> '$[3].orderId' in (select value from json_each(:orders))",
  orderNumbers: "document ->> '$[3].orderNumber' in (select value from json_each(:orderNumbers))",
  archived: 'archived = 1',
  unarchived: 'archived = 0',
  // Only of rows that are looked at for something else.
  text: `(exists (select 1 from json_each(terms) where value >= :text and value < :textEnd)
    or (number >= :number and number < :numberEnd))`,
  needing: `exists (select 1 from json_each(terms) where value in (select value from json_each(:needing)))`,
};

const selectCounts =
  'select status, archived, number from tracking_count where account_id = ? and number > 0 order by status, archived';

const selectDuePolls = `select ${columns} from tracking where poll_at <= ? order by poll_at limit ?`;

const selectNextPoll = 'select min(poll_at) as at from tracking where poll_at is not null';

/** In the order of the index, whose entries end in the row's id: so a page begins where the last one ended, unsorted. */
const selectDueExpiries = `
  select ${columns}, rowid from tracking
  where (expire_day, rowid) > (:day, :row) and expire_day <= :dayMax
  order by expire_day, rowid limit :limit`;

const selectEvery = `
  select ${columns} from tracking where (account_id, id) > (?, ?) order by account_id, id limit ?`;

const updateTerms =
  'update tracking set terms = :terms where account_id = :account and id = :id and writes = :writes and terms is not :terms';

export type TrackingTable = Pick<RecordStore, Exclude<keyof TrackingStore, 'writesOf'>>;

export function makeTrackingTable(
  database: Database,
  tables: { events: EventTable; deliveries: DeliveryTable; answers: AnswerTable },
): TrackingTable {
  const byNumber = database.prepareRows(selectByNumber);
  const idsByNumber = database.prepareRows(selectIdsByNumber);
  const byId = database.prepareRows(selectById);
  const insert = database.prepare(insertOne);
  const update = database.prepare(updateOne);
  const updateIndexes = database.prepare(updateIndexed);
  const list = prepareList(database.prepareRows, { columns, table: 'tracking', conditions });
  const idList = prepareList(database.prepareRows, { columns: 'id', table: 'tracking', conditions });
  const counts = database.prepareRows(selectCounts);
  const duePolls = database.prepareRows(selectDuePolls);
  const nextPoll = database.prepare(selectNextPoll);
  const dueExpiries = database.prepareRows(selectDueExpiries);
  const every = database.prepareRows(selectEvery);
  const putTerms = database.prepare(updateTerms);
  const finding = makeFinding(database);

  function write(
    [tracking, expectedWrites, events, deliveries]: ChangeRecord,
    place: (delivery: DeliveryRow) => DeliveryState,
  ): ChangeResult {
    if (!writeTracking(tracking, expectedWrites)) return 'conflict';
    for (const event of events) tables.events.insert(event);
    return deliveries.map(place);
  }

  /** False when it was written since it was read. */
  function writeTracking(tracking: TrackingRow, expectedWrites: number): boolean {
    if (expectedWrites === 0) {
      insert.run(...tracking);
      return true;
    }
    const [account, id, , courier, generation, , revision, status, substatus, archived] = tracking;
    const [
      ,
      ,
      ,
      ,
      ,
      ,
      ,
      ,
      ,
      ,
      ,
      updatedAt,
      deletedAt,
      expireDay,
      pollAt,
      lastEventId,
      document,
      writes,
      terms,
    ] = tracking;
    const written = [revision, substatus, updatedAt, lastEventId, document, writes] as const;
    if (update.run(...written, account, id, expectedWrites).changes === 0) return false;
    updateIndexes.run({
      ...{ courier, generation, status, archived, deletedAt, expireDay, pollAt, terms },
      ...{ account, id },
    });
    return true;
  }

  /** Those of some numbers that are asked for, newest first. Sorted by SQLite, all their documents would be in memory at once. */
  function* lives(
    accountId: string,
    numbers: readonly string[],
    asked: Asked,
    list: List,
  ): Iterable<unknown> {
    const ids = numbers.flatMap((number) =>
      (idsByNumber.all(accountId, number) as [id: string][]).map(([id]) => id),
    );
    for (const one of ids.sort().reverse()) yield* list.rows({ ...asked, one }, 1, 'desc');
  }

  /** Of these ids, newest first, those that are meant, up to `max`. Each is looked up by itself, for the same reason. */
  function* among(ids: readonly string[], asked: Asked, { list, max }: { list: List; max: number }) {
    let left = max;
    for (const one of ids) {
      for (const row of list.rows({ ...asked, one }, 1, 'desc')) {
        yield row;
        left--;
      }
      if (left === 0) return;
    }
  }

  /** A page of the rows or of their ids alone, by which it goes on. */
  async function read<Row>(
    { accountId, filter, request }: { accountId: AccountId; filter: TrackingFilter; request: PageRequest },
    { from, charsOf, idOf }: { from: List; charsOf(row: Row): number; idOf(row: Row): string },
  ): Promise<Page<Row>> {
    const { numbers, orderIds, orderNumbers, statuses, courierCode: courier, search, attention } = filter;
    const status = statuses?.length === 1 ? (statuses[0] as string) : null;
    // The one condition beside the account that an index finds; all these indexes are of those that are not deleted.
    const archived = filter.archived === true ? (true as const) : null;
    const key = status !== null ? { status } : courier !== null ? { courier } : { archived };
    const living = status !== null || courier !== null || archived ? (true as const) : null;
    const keys = { account: accountId, ...idRange('trk', filter), living, ...key };
    const asked = {
      ...keys,
      living: true,
      among: statuses === null || status !== null ? null : JSON.stringify(statuses),
      from: filter.createdFrom,
      to: filter.createdTo,
      updatedFrom: filter.updatedFrom,
      updatedTo: filter.updatedTo,
      orders: orderIds === null ? null : JSON.stringify(orderIds),
      orderNumbers: orderNumbers === null ? null : JSON.stringify(orderNumbers),
      status,
      courier,
      archived,
      unarchived: filter.archived === false ? (true as const) : null,
      ...searched(filter),
      needing: attention === null ? null : JSON.stringify(attention.map(attentionTerm)),
    } as const;
    // All that is looked at is meant.
    const isByKeyAlone =
      living !== null && Object.entries(asked).every(([name, value]) => value === null || name in keys);
    const isExact = numbers !== null || isByKeyAlone;
    const portion = makePortion(charsOf);
    await database.turn();
    const found = search === null ? null : finding.found(accountId, search);

    /** Null: the list itself is walked. */
    function nextIds(after: string | null): readonly string[] | null {
      const rest = { after, limit: stretchRows };
      if (found !== null) return newestOf(found, rest);
      return attention === null ? null : finding.needing(accountId, attention, rest);
    }

    return readPage(database.turn, request, ({ after, limit }) => {
      const ids = numbers === null ? nextIds(after) : null;
      if (ids !== null) {
        const edge = ids.length < stretchRows ? null : (ids.at(-1) as string);
        const items = portion.take(among(ids, asked, { list: from, max: limit + 1 }));
        return partOf({ items, limit, edge, isFull: portion.isFull, idOf });
      }
      const edge = isExact ? null : from.edge({ ...keys, after }, 'desc');
      const rows =
        numbers === null
          ? from.rows({ ...asked, after, floor: edge }, limit + 1, 'desc')
          : lives(accountId, numbers, { ...asked, after }, from);
      const items = portion.take(rows);
      return partOf({ items, limit, edge, isFull: portion.isFull, idOf });
    });
  }

  return {
    async load(keys: readonly NumberKey[]) {
      return keys.map((key) => oldestFirst(byNumber.all(key.accountId, key.number) as TrackingRow[]));
    },
    commit(changes: readonly ChangeRecord[], answers: readonly Answer[]) {
      return database.write((careful) => {
        const place = tables.deliveries.placing();
        const results = runParts(database, {
          ...{ parts: changes, careful },
          run: (change) => write(change, place),
        });
        const allWritten = results.every((result) => Array.isArray(result));
        if (allWritten) for (const answer of answers) tables.answers.put(answer);
        return results;
      });
    },
    async tracking(accountId, id, options = { withDeleted: false }) {
      const row = byId.get(accountId, id) as TrackingRow | undefined;
      return row === undefined || (row[12] !== null && !options.withDeleted) ? null : row;
    },
    trackings: (accountId, filter, request) =>
      read<TrackingRow>(
        { accountId, filter, request },
        { from: list, charsOf: documentChars, idOf: ([, id]) => id },
      ),
    async skipTrackings(accountId, filter, request) {
      const { items, next } = await read<[id: string]>(
        { accountId, filter, request },
        { from: idList, charsOf: () => 0, idOf: ([id]) => id },
      );
      return { count: items.length, next };
    },
    async trackingCounts(accountId) {
      const rows = counts.all(accountId) as [status: Status, archived: number, count: number][];
      return rows.map(([status, archived, count]) => ({ status, archived: archived === 1, count }));
    },
    // The only process has all shards.
    async duePolls(before, limit) {
      await database.turn();
      return makePortion(documentChars).take(duePolls.iterate(before, limit));
    },
    async nextPollAt() {
      return (nextPoll.get() as { at: number | null }).at;
    },
    attentionCounts: finding.attentionCounts,
    everyTracking(request) {
      const portion = makePortion(documentChars);
      return readPage(database.turn, request, ({ after, limit }) => {
        const [account = '', id = ''] = after?.split(' ') ?? [];
        const items = portion.take(every.iterate(account, id, limit + 1));
        const idOf = ([account, id]: TrackingRow) => `${account} ${id}`;
        return partOf({ items, limit, edge: null, isFull: portion.isFull, idOf });
      });
    },
    setTerms: (rows: readonly TermsRow[]) =>
      database.write(() => {
        let changed = 0;
        for (const [account, id, writes, terms] of rows)
          changed += putTerms.run({ account, id, writes, terms }).changes;
        return changed;
      }),
    dueExpiries(newsBefore, request, newsFrom = 0) {
      const dayMax = Math.floor(newsBefore / dayMs);
      const portion = makePortion(documentChars);
      return readPage(database.turn, request, ({ after, limit }) => {
        const [day = Math.floor(newsFrom / dayMs), row = 0] =
          after === null ? [] : after.split(' ').map(Number);
        const items = portion.take(dueExpiries.iterate({ day, row, dayMax, limit: limit + 1 }));
        return partOf({ items, limit, edge: null, isFull: portion.isFull, idOf: (row) => placeOf(row) });
      });
    },
  };
}

/** As conditions of a row: these take a number, where there is none that fits nothing. */
function searched({ search }: TrackingFilter) {
  if (search === null) return { text: null };
  const number = search.number ?? search.text;
  return { text: search.text, textEnd: endOf(search.text), number, numberEnd: endOf(number) };
}

function documentChars(row: TrackingRow): number {
  return row[16].length;
}

/** Where a row stands in the index by the days of expiry, when it was read with its own id behind its columns. */
function placeOf(row: readonly (string | number | null)[]): string {
  return `${row[13]} ${row[19]}`;
}

/** The lives of one number: nearly always one, so that a sort in SQL would cost more than it does here. */
function oldestFirst(lives: TrackingRow[]): TrackingRow[] {
  return lives.sort(([, a], [, b]) => (a < b ? -1 : 1));
}
