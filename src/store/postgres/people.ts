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
import type { Database, Session } from './database.ts';

const fieldsIn = (table: string, at: number) => `
  select id, document::json ->> ${at} from ${table} where account_id = $1 and id > $2 order by id limit $3`;

const selectTrackings = fieldsIn('tracking', trackingFieldsAt);

const selectEvents = fieldsIn('event', eventFieldsAt);

/** The index begins with the webhook; an account has few, and what one that is gone is still owed is never sent. */
const selectOwed = `
  select event_id, webhook_id, state = 'parked' from delivery
  where webhook_id in (select id from webhook where account_id = $1) and tracking_id = $2`;

const selectEvent = 'select document, v2, v3, v4, standard from event where account_id = $1 and id = $2';

const updateEvent = `
  update event set document = $1, v2 = $2, v3 = $3, v4 = $4, standard = $5
  where account_id = $6 and id = $7 and document = $8`;

const selectAttempts = `
  select account_id, delivery_id, id, webhook_id, started_at, verdict, document from attempt
  where account_id = $1 and delivery_id = $2 and id > $3 order by id limit $4 for update`;

const updateAttempt =
  'update attempt set document = $1 where account_id = $2 and delivery_id = $3 and id = $4';

/** In one transaction. */
const attemptsAtOnce = 200;

export function makePeopleTable(database: Database): PeopleStore {
  /** Some of a delivery's attempts, from behind one on; gives where to go on. */
  async function eraseSome(
    session: Session,
    [accountId, deliveryId, after]: readonly [accountId: string, deliveryId: string, after: string],
  ): Promise<{ erased: number; next: string | null }> {
    const rows = await session.rows<AttemptRow>(selectAttempts, [
      accountId,
      deliveryId,
      after,
      attemptsAtOnce,
    ]);
    let erased = 0;
    for (const row of rows) {
      const document = withoutResponse(attemptOf(row), row[6]);
      if (document !== null)
        erased += await session.run(updateAttempt, [document, accountId, deliveryId, row[2]]);
    }
    return { erased, next: rows.length < attemptsAtOnce ? null : (rows.at(-1)?.[2] ?? null) };
  }

  return {
    async fieldsOfTrackings(accountId, { after, limit }) {
      return fieldsOf(await database.rows<FieldsRow>(selectTrackings, [accountId, after ?? '', limit]));
    },
    async fieldsOfEvents(accountId, { after, limit }) {
      const rows = await database.rows<FieldsRow>(selectEvents, [accountId, after ?? '', limit]);
      return { events: fieldsOf(rows), next: rows.length < limit ? null : (rows.at(-1)?.[0] ?? null) };
    },
    async owedOf(accountId, trackingId) {
      type Row = [eventId: string, webhookId: string, parked: boolean];
      const rows = await database.rows<Row>(selectOwed, [accountId, trackingId]);
      return rows.map(([eventId, webhookId, parked]) => ({ eventId, webhookId, parked }));
    },
    async storedEvent(accountId, id) {
      const [row] = await database.rows<StoredEventRow>(selectEvent, [accountId, id]);
      return row === undefined ? null : storedEventOf({ accountId, id: id as `evt_${string}` }, row);
    },
    rewriteEvent: (before, after) =>
      database.write(async (session) => {
        const { accountId, id } = before.event;
        const values = [...rowOfStoredEvent(after), accountId, id, before.document];
        return (await session.run(updateEvent, values)) === 1;
      }),
    async eraseResponses(accountId, deliveryIds) {
      let erased = 0;
      for (const deliveryId of deliveryIds) {
        let after: string | null = '';
        while (after !== null) {
          const from: string = after;
          const some = await database.write((session) => eraseSome(session, [accountId, deliveryId, from]));
          erased += some.erased;
          after = some.next;
        }
      }
      return erased;
    },
  };
}
