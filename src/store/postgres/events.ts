/**
 * The log of events, each with the bodies rendered for it. Several processes make ids, so the order of ids is not that of
 * commits: the log is read by (position, id), a position being that of a transaction, up to the oldest transaction that is still in flight, so that nothing is
 * ever committed behind a reader. Of one parcel the transactions follow each other: a later revision is planned on an
 * earlier one that is committed, so its transaction has the greater number.
 */

import { idFloor, timeOfId } from '../../base/id.ts';
import { dataVersion } from '../../domain/delivery.ts';
import type { WebhookVersion } from '../../domain/status.ts';
import { behindIds } from '../page.ts';
import type { EventRow, RecordStore } from '../records.ts';
import type { EventStore } from '../store.ts';
import { textColumn } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { readPortion } from './page.ts';

export interface EventTable extends Pick<RecordStore, keyof EventStore> {
  /** Within a job. */
  insert(session: Session, events: readonly EventRow[]): Promise<void>;
}

const insertEach = `
  insert into event (account_id, id, position, document, v2, v3, v4, standard)
  select account_id, id, pg_current_xact_id()::text::bigint + $8, document, v2, v3, v4, standard
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    as u (account_id, id, document, v2, v3, v4, standard)`;

/** The lower bound of ids spares the days before. */
const selectAfter = `
  select id, document, position from event
  where account_id = $1 and (position, id) > ($2, $3) and id >= $4
    and position < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $5
  order by position, id limit $6`;

const selectPlace = 'select position from event where account_id = $1 and id = $2';

const selectMark = 'select value from note where name = $1';

const selectFirstFrom = `
  select position from event where account_id = $1 and id >= $2 order by id limit 1`;

const selectOne = 'select document from event where account_id = $1 and id = $2';

/** One probe per account and day. */
const selectNewest = `
  select max((select max(id) from event where account_id = account.id)) from account`;

const selectBody = 'select v2, v3, v4, standard from event where account_id = $1 and id = $2';

/** Clocks of processes agree, and a commit follows the making of its ids, within far less than that, milliseconds. */
const skewMs = 3_600_000;

/** Ids run ahead of a clock that was set back, by less than that. */
const clockStepMs = 86_400_000;

/** Where reading begins: behind that (position, id), and no event with a smaller id lies behind it. */
type Place = readonly [position: number, id: string, idMin: string];

const beginning: Place = [0, '', ''];

/** @param logBase see `logBase.ts` */
export function makeEventTable(database: Database, logBase: number): EventTable {
  /**
   * Where the log goes on after an event. One that is not there (it was pruned, or the text is but the beginning of an id,
   * which stands for a time) is taken for its time, a little earlier: better read twice than not at all.
   */
  async function placeOf(accountId: string, after: string): Promise<Place | null> {
    const idMin = idFloor('evt', timeOfId(after) - clockStepMs);
    const [[position] = []] = await database.rows<[position: number]>(selectPlace, [accountId, after]);
    if (position !== undefined) return [position, after, idMin];
    const [[mark = ''] = []] = await database.rows<[mark: string]>(selectMark, [prunedToNote(accountId)]);
    const [id, markPosition] = mark.split(' ');
    if (id === after && markPosition !== undefined) return [Number(markPosition), id, idMin];
    const from = idFloor('evt', timeOfId(after) - skewMs);
    const [[first] = []] = await database.rows<[position: number]>(selectFirstFrom, [accountId, from]);
    return first === undefined ? null : [first - 1, behindIds, from];
  }

  return {
    async insert(session, events) {
      if (events.length === 0) return;
      const columns = [0, 1, 2, 3, 4, 5, 6].map((place) => textColumn(events, place));
      await session.run(insertEach, [...columns, logBase]);
    },
    async events(accountId, { after, limit }) {
      const place = after === null || after === '' ? beginning : await placeOf(accountId, after);
      if (place === null) return [];
      const [position, id, idMin] = place;
      const { rows } = await readPortion<[id: string, document: string, position: number]>({
        limit,
        charsOf: ([, document]) => document.length,
        read(last, limit) {
          const from = last === null ? [position, id] : [last[2], last[0]];
          return database.rows(selectAfter, [accountId, ...from, idMin, logBase, limit]);
        },
      });
      return rows.map(([id, document]) => [id, document] as const);
    },
    async event(accountId, id) {
      const [[document = null] = []] = await database.rows<[document?: string]>(selectOne, [accountId, id]);
      return document;
    },
    async newestEventId() {
      const [[newest] = [null]] = await database.rows<[newest: string | null]>(selectNewest);
      return newest;
    },
    async body(accountId, eventId, version) {
      const [row] = await database.rows<(string | null)[]>(selectBody, [accountId, eventId]);
      return row?.[versions.indexOf(dataVersion(version))] ?? null;
    },
  };
}

const versions: readonly WebhookVersion[] = ['v2', 'v3', 'v4', 'standard'];

/** Name of the note that says how far an account's log was pruned: the event's id and its position. */
export function prunedToNote(accountId: string): string {
  return `events-pruned-to:${accountId}`;
}
