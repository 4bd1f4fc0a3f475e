/**
 * Figures of webhooks and couriers by the hour, and what waits at webhooks now. All processes add to the same rows; each takes
 * them in the order of their keys, and no other lock (see `locks.ts`).
 */
import { backlogOf, type Counted } from '../backlog.ts';
import {
  addToCourierHour,
  addToWebhookHour,
  type CourierRow,
  courierHourNames,
  courierOf,
  forgetHours,
  forgottenAtOnce,
  inOrder,
  latencyNames,
  rowOfCourierHour,
  rowOfWebhookHour,
  selectCouriers,
  webhookHourNames,
} from '../figureRow.ts';
import type { Backlog, FigureStore, WebhookCount } from '../store.ts';
import { numberColumn, textColumn, texts } from './arrays.ts';
import type { Database } from './database.ts';

const isText = (name: string) => ['account_id', 'webhook_id', 'courier_code', 'failure'].includes(name);

/** Rows by column, one array each. */
const fromArrays = (names: readonly string[]) => `
  select * from unnest(${names.map((name, at) => `$${at + 1}::${isText(name) ? 'text' : 'bigint'}[]`).join(', ')})`;

const addWebhookHours = `
  insert into webhook_hour (${webhookHourNames.join(', ')}) ${fromArrays(webhookHourNames)} ${addToWebhookHour}`;

const addCourierHours = `
  insert into courier_hour (${courierHourNames.join(', ')}) ${fromArrays(courierHourNames)} ${addToCourierHour}`;

const ofSpan = 'where account_id = $1 and hour >= $2 and ($3::text is null or webhook_id = $3)';

const selectHours = `
  select webhook_id, hour, accepted, failed from webhook_hour ${ofSpan} order by hour, webhook_id`;

const selectLatencies = `
  select webhook_id, ${latencyNames.map((name) => `sum(${name})`).join(', ')} from webhook_hour ${ofSpan}
  group by webhook_id`;

const selectCourierFigures = selectCouriers({ account: '$1', from: '$2' });

/**
 * All webhooks in one statement, and of each no more than so many entries of three indexes. The order within is that of the
 * index which is to be used: any other would have to sort all there is.
 */
const selectCounted = `
  select asked.webhook_id, parked.number, owed.number, heads.number, heads.oldest_id, heads.next_at
  from unnest($1::text[]) with ordinality as asked (webhook_id, place)
  cross join lateral (
    select count(*) as number from (
      select 1 from delivery where webhook_id = asked.webhook_id and state = 'parked' and due_at is null
      order by id limit $2::bigint) as taken) as parked
  cross join lateral (
    select count(*) as number from (
      select 1 from delivery where webhook_id = asked.webhook_id
      order by tracking_id, revision limit 2 * $2::bigint) as taken) as owed
  cross join lateral (
    select count(*) as number, min(id) as oldest_id, min(due_at) filter (where due_at > 0) as next_at from (
      select id, due_at from delivery where webhook_id = asked.webhook_id and state in ('ready', 'scheduled')
      order by shard, due_at, id limit $2::bigint) as taken) as heads
  order by asked.place`;

/** Of webhooks with more heads than are looked at: the first entries of each shard. */
const selectFirst = `
  select asked.webhook_id, min(ready.id), min(scheduled.due_at)
  from unnest($1::text[]) as asked (webhook_id) cross join generate_series(0, 63) as own (shard)
  left join lateral (
    select id from delivery
    where webhook_id = asked.webhook_id and shard = own.shard::smallint and state in ('ready', 'scheduled') and due_at = 0
    order by id limit 1) as ready on true
  left join lateral (
    select due_at from delivery
    where webhook_id = asked.webhook_id and shard = own.shard::smallint and state in ('ready', 'scheduled') and due_at > 0
    order by due_at limit 1) as scheduled on true
  group by asked.webhook_id`;

const forgetting = forgetHours('$1');

type CountedRow = [
  webhookId: Backlog['webhookId'],
  parked: number,
  owed: number,
  heads: number,
  oldestId: string | null,
  nextAttemptAt: number | null,
];

export function makeFigureTable(database: Database): FigureStore {
  async function add(sql: string, names: readonly string[], rows: readonly (readonly unknown[])[]) {
    const sorted = inOrder(rows);
    const columns = names.map((name, at) => (isText(name) ? textColumn : numberColumn)(sorted, at));
    await database.write((session) => session.run(sql, columns));
  }

  /** With the oldest and the soonest of all its heads, where not all were looked at. */
  async function completed(counted: readonly Counted[], countedTo: number): Promise<readonly Counted[]> {
    const many = counted.filter(({ heads }) => heads >= countedTo);
    if (many.length === 0) return counted;
    const rows = await database.rows<[webhookId: string, oldestId: string | null, nextAt: number | null]>(
      selectFirst,
      [texts(many.map(({ webhookId }) => webhookId))],
    );
    const found = new Map(rows.map(([webhookId, ...first]) => [webhookId, first]));
    return counted.map((one) => {
      const [oldestId = null, nextAttemptAt = null] = found.get(one.webhookId) ?? [];
      return {
        ...one,
        oldestId: [one.oldestId, oldestId].filter((id) => id !== null).sort()[0] ?? null,
        nextAttemptAt: nextAttemptAt ?? one.nextAttemptAt,
      };
    });
  }

  return {
    addWebhookHours: (hours) => add(addWebhookHours, webhookHourNames, hours.map(rowOfWebhookHour)),
    addCourierHours: (hours) => add(addCourierHours, courierHourNames, hours.map(rowOfCourierHour)),
    async webhookHours(accountId, { from, webhookId }) {
      const asked = [accountId, from, webhookId];
      const [hours, sums] = await Promise.all([
        database.rows<[WebhookCount['webhookId'], number, number, number]>(selectHours, asked),
        database.rows<[WebhookCount['webhookId'], ...number[]]>(selectLatencies, asked),
      ]);
      return {
        hours: hours.map(([id, hour, accepted, failed]) => ({ webhookId: id, hour, accepted, failed })),
        latencies: sums.map(([id, ...latencies]) => ({ webhookId: id, latencies })),
      };
    },
    async courierFigures(accountId, from) {
      const rows = await database.rows<CourierRow>(selectCourierFigures, [accountId, from]);
      return rows.map(courierOf);
    },
    async backlogs(webhookIds, countedTo) {
      const rows = await database.rows<CountedRow>(selectCounted, [texts(webhookIds), countedTo]);
      const counted = rows.map(([webhookId, parked, owed, heads, oldestId, nextAttemptAt]) => ({
        ...{ webhookId, parked, owed, heads, oldestId, nextAttemptAt },
      }));
      return (await completed(counted, countedTo)).map((one) => backlogOf(one, countedTo));
    },
    async forgetHours(before) {
      let isMore = false;
      for (const sql of forgetting) {
        const gone = await database.write((session) => session.run(sql, [before]));
        if (gone === forgottenAtOnce) isMore = true;
      }
      return isMore;
    },
  };
}
