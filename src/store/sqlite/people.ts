/** Finding and erasing what is kept of a person. What rows have of it stands in `peopleRow.ts`. */
import { withoutResponse } from '../attemptDocument.ts';
import { attemptOf } from '../attemptRow.ts';
import {
  eventFieldsAt,
  type FieldsRow,
  fieldsOf,
  rowOfStoredEvent,
  type StoredEventRow,
  storedEventOf,
  trackingFieldsAt,
} from '../peopleRow.ts';
import type { AttemptRow } from '../records.ts';
import type { PeopleStore } from '../store.ts';
import type { Database } from './database.ts';

const fieldsIn = (table: string, at: number) => `
  select id, document ->> '$[${at}]' from ${table} where account_id = ? and id > ? order by id limit ?`;

/** The index begins with the webhook; an account has few, and what one that is gone is still owed is never sent. */
const selectOwed = `
  select event_id, webhook_id, state = 'parked' from delivery
  where webhook_id in (select id from webhook where account_id = ?) and tracking_id = ?`;

const selectEvent = 'select document, v2, v3, v4, standard from event where account_id = ? and id = ?';

const updateEvent = `
  update event set document = ?, v2 = ?, v3 = ?, v4 = ?, standard = ? where account_id = ? and id = ? and document = ?`;

const selectAttempts = `
  select account_id, delivery_id, id, webhook_id, started_at, verdict, document from attempt
  where account_id = ? and delivery_id = ? and id > ? order by id limit ?`;

const updateAttempt = 'update attempt set document = ? where account_id = ? and delivery_id = ? and id = ?';

/** In one job. */
const attemptsAtOnce = 200;

export function makePeopleTable(database: Database): PeopleStore {
  const fieldsOfTrackings = database.prepareRows(fieldsIn('tracking', trackingFieldsAt));
  const fieldsOfEvents = database.prepareRows(fieldsIn('event', eventFieldsAt));
  const owed = database.prepareRows(selectOwed);
  const event = database.prepareRows(selectEvent);
  const putEvent = database.prepare(updateEvent);
  const attempts = database.prepareRows(selectAttempts);
  const putAttempt = database.prepare(updateAttempt);

  /** Some of a delivery's attempts, from behind one on; gives where to go on. */
  function eraseSome(
    accountId: string,
    deliveryId: string,
    after: string,
  ): { erased: number; next: string | null } {
    const rows = attempts.all(accountId, deliveryId, after, attemptsAtOnce) as AttemptRow[];
    let erased = 0;
    for (const row of rows) {
      const document = withoutResponse(attemptOf(row), row[6]);
      if (document !== null) erased += putAttempt.run(document, accountId, deliveryId, row[2]).changes;
    }
    return { erased, next: rows.length < attemptsAtOnce ? null : (rows.at(-1)?.[2] ?? null) };
  }

  return {
    async fieldsOfTrackings(accountId, { after, limit }) {
      await database.turn();
      return fieldsOf(fieldsOfTrackings.all(accountId, after ?? '', limit) as FieldsRow[]);
    },
    async fieldsOfEvents(accountId, { after, limit }) {
      await database.turn();
      const rows = fieldsOfEvents.all(accountId, after ?? '', limit) as FieldsRow[];
      return { events: fieldsOf(rows), next: rows.length < limit ? null : (rows.at(-1)?.[0] ?? null) };
    },
    async owedOf(accountId, trackingId) {
      const rows = owed.all(accountId, trackingId) as [eventId: string, webhookId: string, parked: number][];
      return rows.map(([eventId, webhookId, parked]) => ({ eventId, webhookId, parked: parked === 1 }));
    },
    async storedEvent(accountId, id) {
      const row = event.get(accountId, id) as StoredEventRow | undefined;
      return row === undefined ? null : storedEventOf({ accountId, id: id as `evt_${string}` }, row);
    },
    rewriteEvent: (before, after) =>
      database.write(() => {
        const { accountId, id } = before.event;
        const values = [...rowOfStoredEvent(after), accountId, id, before.document];
        return putEvent.run(...values).changes === 1;
      }),
    async eraseResponses(accountId, deliveryIds) {
      let erased = 0;
      for (const deliveryId of deliveryIds) {
        let after: string | null = '';
        while (after !== null) {
          const from: string = after;
          const some = await database.write(() => eraseSome(accountId, deliveryId, from), 'soon');
          erased += some.erased;
          after = some.next;
        }
      }
      return erased;
    },
  };
}
