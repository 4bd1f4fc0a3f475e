/**
 * The ends of attempts: each is logged, its delivery moves to history, is parked or scheduled, and the parcel's next one
 * becomes ready, all in one transaction. What becomes of each is worked out over rows that the transaction holds
 * (`held.ts`); then it is written as sets.
 */

import { owedRecordColumns, owedRecordOf } from '../owedRow.ts';
import type {
  AttemptRow,
  DeliveryRow,
  Failed,
  OwedRecord,
  RecordStore,
  SettledRecord,
  SettlementRecord,
} from '../records.ts';
import { type Notice, StoreUnavailable } from '../store.ts';
import { numberColumn, numbers, textColumn, texts } from './arrays.ts';
import { failedBy, runParts } from './careful.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import { staleAmong } from './fence.ts';
import { end, type Held, readHeld } from './held.ts';
import { lockParcels, shareWebhooks } from './locks.ts';
import { idsOf, toldBy, type WriteNotices } from './notices.ts';
import { CommitUnanswered } from './outage.ts';

const insertAttempts = `
  insert into attempt (account_id, delivery_id, id, webhook_id, started_at, verdict, document)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])`;

const selectLogged = `
  select id from attempt
  where (account_id, delivery_id, id) in (select * from unnest($1::text[], $2::text[], $3::text[]))`;

const selectOwed = `
  select ${owedRecordColumns}
  from delivery d join event e on e.account_id = d.account_id and e.id = d.event_id
  where (d.account_id, d.id) in (select * from unnest($1::text[], $2::text[]))`;

const moveToHistory = `
  with settled as (
    delete from delivery d
    using unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) as u (account_id, id, state, attempts, settled_at)
    where d.account_id = u.account_id and d.id = u.id
    returning d.account_id, d.id, webhook_id, tracking_id, event_id, number, revision, version, callback,
      ordered, u.state, u.attempts, created_at, u.settled_at)
  insert into delivery_history (account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback,
    ordered, state, attempts, created_at, settled_at)
  select * from settled`;

const updateEach = `
  update delivery d set state = u.state, attempts = u.attempts, due_at = u.due_at
  from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) as u (account_id, id, state, attempts, due_at)
  where d.account_id = u.account_id and d.id = u.id`;

type NoticeOf = ReadonlyMap<SettlementRecord, Notice>;

type Result = SettledRecord | Failed;

/** Within a job that holds what they decide upon; gives what became of each, in their order. */
type Write = (
  session: Session,
  settlements: readonly SettlementRecord[],
  noticeOf: NoticeOf,
) => Promise<readonly Result[]>;

export function makeSettling(
  database: Database,
  { days, writeNotices }: { days: Days; writeNotices: WriteNotices },
): RecordStore['settle'] {
  /**
   * Attempts whose transaction may or may not have been committed when the connection ended, and the deliveries of the
   * notices that they were tried with.
   */
  const uncertain = new Map<string, readonly OwedKey[]>();

  async function settle(
    session: Session,
    settlements: readonly SettlementRecord[],
    { noticeOf, writeEach }: { noticeOf: NoticeOf; writeEach: Write },
  ): Promise<Result[]> {
    const meant = settlements.filter(([, , , next]) => next !== null);
    const ordered = meant.filter(([, , isOrdered]) => isOrdered);
    const [stale] = await Promise.all([
      staleAmong(session, settlements),
      shareWebhooks(session, [
        ...meant.map(([[, , , webhookId]]) => webhookId),
        ...[...noticeOf.values()].flatMap(toldBy),
      ]),
      lockParcels(
        session,
        ordered.map(([[accountId], trackingId]) => [accountId, trackingId]),
      ),
    ]);
    const current = settlements.filter((one) => !stale.has(one));
    const results = current.length === 0 ? [] : await writeEach(session, current, noticeOf);
    const written = new Map(current.map((one, at) => [one, results[at] as Result]));
    return settlements.map((one) => written.get(one) ?? 'stale');
  }

  async function write(
    session: Session,
    settlements: readonly SettlementRecord[],
    noticeOf: NoticeOf,
  ): Promise<readonly Result[]> {
    const doubted = settlements.map(([made]) => made).filter(([, , id]) => uncertain.has(id));
    const [held, logged] = await Promise.all([
      readHeld(
        session,
        settlements.filter(([, , , next]) => next !== null),
      ),
      readLogged(session, doubted),
    ]);
    const ends = settlements.map((one) => [one, end(one, held, logged.has(one[0][2]))] as const);
    const released = await readReleased(
      session,
      ends.flatMap(([, { released: successor }]) => successor ?? []),
    );
    const changed = [...held.deliveries.values()].filter((one) => one.changed);
    const parked = ends.filter(([, { parkedNow }]) => parkedNow).map(([one]) => one);
    const attempts = settlements.map(([made]) => made).filter(([, , id]) => !logged.has(id));
    const [told] = await Promise.all([
      tell(session, parked, noticeOf),
      logAttempts(session, attempts),
      move(
        session,
        changed.filter(({ settledAt }) => settledAt !== null),
      ),
      update(
        session,
        changed.filter(({ settledAt }) => settledAt === null),
      ),
    ]);
    const toldBefore = await readTold(session, logged);
    return ends.map(([one, { applied, released: successor }]) => {
      const owed = told.get(one) ?? toldBefore.get(one[0][2]) ?? [];
      return [applied, successor && (released.get(successor.id) as OwedRecord), owed];
    });
  }

  const carefully: Write = (session, settlements, noticeOf) =>
    runParts<SettlementRecord, Result>(database, session, {
      parts: settlements,
      run: (some) => write(session, some, noticeOf),
      failed: failedBy,
    });

  /** Writes what is to be told of those that were parked just now. */
  async function tell(
    session: Session,
    parked: readonly SettlementRecord[],
    noticeOf: NoticeOf,
  ): Promise<ReadonlyMap<SettlementRecord, readonly OwedRecord[]>> {
    const news = parked.flatMap((one) => {
      const notice = noticeOf.get(one);
      return notice === undefined ? [] : [{ one, notice }];
    });
    if (news.length === 0) return new Map();
    const owed = await writeNotices(
      session,
      news.map(({ notice }) => notice),
    );
    return new Map(news.map(({ one }, at) => [one, owed[at] ?? []]));
  }

  /** What notices owe that were written when the answer got lost, by attempt. */
  async function readTold(
    session: Session,
    logged: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, readonly OwedRecord[]>> {
    const keys = [...logged].map((id) => [id, uncertain.get(id) ?? []] as const);
    const rows = await readOwed(
      session,
      keys.flatMap(([, tried]) => tried),
    );
    const found = (id: string) => (rows.has(id) ? [owedRecordOf(rows.get(id), id)] : []);
    return new Map(keys.map(([attemptId, tried]) => [attemptId, tried.flatMap(({ id }) => found(id))]));
  }

  function doubt(settlements: readonly SettlementRecord[], noticeOf: NoticeOf): void {
    for (const one of settlements) {
      const [[, , id]] = one;
      const tried = noticeOf.get(one)?.deliveries ?? [];
      uncertain.set(id, [...(uncertain.get(id) ?? []), ...tried]);
    }
  }

  return async (settlements, notices) => {
    const noticeOf: NoticeOf = new Map(
      notices.map(([index, notice]) => [settlements[index] as SettlementRecord, notice]),
    );
    await days.ensure([
      ...settlements.flatMap(([[, deliveryId, id]]) => [deliveryId, id]),
      ...notices.flatMap(([, notice]) => idsOf(notice)),
    ]);
    const run = (writeEach: Write) =>
      database.write((session) => settle(session, settlements, { noticeOf, writeEach }));
    try {
      const results = await run(write).catch((error) => {
        if (error instanceof StoreUnavailable) throw error;
        return run(carefully);
      });
      for (const [[, , id]] of settlements) uncertain.delete(id);
      return results;
    } catch (error) {
      if (error instanceof CommitUnanswered) doubt(settlements, noticeOf);
      throw error;
    }
  };
}

async function readLogged(session: Session, made: readonly AttemptRow[]): Promise<ReadonlySet<string>> {
  if (made.length === 0) return new Set();
  const values = [0, 1, 2].map((place) => textColumn(made, place));
  return new Set((await session.rows<[id: string]>(selectLogged, values)).map(([id]) => id));
}

/** The released ones with event and body, as they are once this is written. */
async function readReleased(
  session: Session,
  released: readonly Held[],
): Promise<ReadonlyMap<string, OwedRecord>> {
  const rows = await readOwed(session, released);
  return new Map(
    released.map(({ id }) => {
      const [delivery, document, data] = owedRecordOf(rows.get(id), id);
      const ready = delivery.with(10, 'ready').with(13, 0) as unknown as DeliveryRow;
      return [id, [ready, document, data]];
    }),
  );
}

interface OwedKey {
  readonly accountId: string;
  readonly id: string;
}

/** Those of them that are owed, by id, as `owedRecordOf` takes them. */
async function readOwed(session: Session, keys: readonly OwedKey[]): Promise<ReadonlyMap<string, unknown>> {
  if (keys.length === 0) return new Map();
  const rows = await session.rows<DeliveryRow>(selectOwed, [
    texts(keys.map(({ accountId }) => accountId)),
    texts(keys.map(({ id }) => id)),
  ]);
  return new Map(rows.map((row) => [row[1], row]));
}

async function logAttempts(session: Session, made: readonly AttemptRow[]): Promise<void> {
  if (made.length === 0) return;
  await session.run(insertAttempts, [
    ...[0, 1, 2, 3].map((place) => textColumn(made, place)),
    numberColumn(made, 4),
    textColumn(made, 5),
    textColumn(made, 6),
  ]);
}

async function move(session: Session, rows: readonly Held[]): Promise<void> {
  if (rows.length === 0) return;
  await session.run(moveToHistory, [...valuesOf(rows), numbers(rows.map(({ settledAt }) => settledAt))]);
}

async function update(session: Session, rows: readonly Held[]): Promise<void> {
  if (rows.length === 0) return;
  await session.run(updateEach, [...valuesOf(rows), numbers(rows.map(({ dueAt }) => dueAt))]);
}

function valuesOf(rows: readonly Held[]): Buffer[] {
  return [
    texts(rows.map(({ accountId }) => accountId)),
    texts(rows.map(({ id }) => id)),
    texts(rows.map(({ state }) => state)),
    numbers(rows.map(({ attempts }) => attempts)),
  ];
}
