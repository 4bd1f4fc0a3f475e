/**
 * What was changed of accounts, keys and webhooks, for the processes that hold them in memory. Whoever adds to the news holds the
 * row of their count until the change commits, so that their numbers have no gap and come in the order of commits: who has read up to
 * a number has read all there is before it. Such changes are few, and wait for each other; commits and settlements only look at
 * the count.
 */

import {
  type AccountId,
  type News,
  type NewsPage,
  type NewsStore,
  type NumberedNews,
  Outdated,
  type Rest,
  StoreUnavailable,
} from '../store.ts';
import { texts } from './arrays.ts';
import type { Database, Session } from './database.ts';

/** So many of the newest are kept: a process that has read less far reads anew all that it holds. */
export const newsKeptMax = 10_000;
const readAtOnce = 1000;

const raiseCount = 'update news_count set number = number + 1 where id = 1 returning number';

const selectOutdated = `
  select number, array(
    select distinct account_id from news
    where news.number > $1 and kind = 'changed' and account_id = any($2::text[]))
  from news_count where id = 1`;

const selectCount = 'select number from news_count where id = 1';

const insertOne = 'insert into news (number, kind, account_id, webhook_id, rest) values ($1, $2, $3, $4, $5)';

/** Heard when the change has committed. */
const notifyOthers = "select pg_notify('waybell', 'news')";

const deleteOld = 'delete from news where number <= $1';

const ageMs = '(1000 * extract(epoch from clock_timestamp() - made_at))::bigint';

const selectNext = `
  select number, kind, account_id, webhook_id, rest, ${ageMs} from news
  where number > $1 order by number limit ${readAtOnce}`;

const selectResting = `
  select number, kind, account_id, webhook_id, null, ${ageMs} from news as rest
  where kind = 'rests' and made_at > now() - interval '20 minutes' and number <= $1 and not exists (
    select from news where news.number > rest.number and news.kind = 'goes_on' and news.rest = rest.number)
  order by number`;

const selectRest = `
  select true from news
  where number = $1 and kind = 'rests' and clock_timestamp() < made_at + $2::bigint * interval '1 millisecond'`;

const updateHeard = 'update process set heard = greatest(heard, $2) where id = $1';

const selectDeaf = `
  select id from process where seen_until > clock_timestamp() and 'send' = any(duties) and heard < $1`;

type Row = [
  number: number,
  kind: News['kind'],
  accountId: AccountId,
  webhookId: News['webhookId'],
  rest: number | null,
  ageMs: number,
];

/**
 * Last of all in the transaction of a change: whoever else changes settings waits from here to its commit.
 * @throws Outdated when there is news of the account that was not heard
 */
export async function tell(
  session: Session,
  news: News,
  heard: number = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  const { kind, accountId, webhookId } = news;
  const rest = kind === 'goes_on' ? news.rest : null;
  const [[number] = [0]] = await session.rows<[number: number]>(raiseCount);
  if ((await outdatedAmong(session, new Set([accountId]), heard)).size > 0) throw new Outdated();
  await session.run(insertOne, [number, kind, accountId, webhookId, rest]);
  await session.run(deleteOld, [number - newsKeptMax]);
  await session.run(notifyOthers);
  return number;
}

/** Those of the accounts of which there is news that was not heard. */
export async function outdatedAmong(
  session: Session,
  accountIds: ReadonlySet<string>,
  heard: number,
): Promise<ReadonlySet<string>> {
  const [[count, outdated] = [0, []]] = await session.rows<[count: number, accountIds: string[]]>(
    selectOutdated,
    [heard, texts([...accountIds])],
  );
  return count - newsKeptMax > heard ? accountIds : new Set(outdated);
}

/** No transaction takes as long: its time-outs see to that. */
const stepMsMax = 45_000;

/**
 * Of the step of a reordering, so that one by a process which has slept for long changes nothing any more.
 * @throws StoreUnavailable when others may not rest until the step has ended
 */
export async function holdRest(session: Session, rest: Rest | undefined): Promise<void> {
  if (rest === undefined) return;
  const rows = await session.rows(selectRest, [rest.number, rest.lastsMs - stepMsMax]);
  if (rows.length > 0) return;
  throw new StoreUnavailable('This takes too long just now; what was done is done. Go on with it.', null);
}

async function countOf(session: Session): Promise<number> {
  const [[number] = [0]] = await session.rows<[number: number]>(selectCount);
  return number;
}

export function makeNewsTable(database: Database): NewsStore {
  /** For who joins, or was away for too long: while a queue is being put in another order, it is to rest as well. */
  async function begin(isTorn: boolean): Promise<NewsPage> {
    const upTo = await countOf(database);
    const rows = await database.rows<Row>(selectResting, [upTo]);
    return { news: rows.map(newsOf), upTo, isTorn };
  }

  return {
    async news(after) {
      if (after === null) return begin(false);
      const rows = await database.rows<Row>(selectNext, [after]);
      const [first] = rows;
      if (first !== undefined && first[0] > after + 1) return begin(true);
      return {
        news: rows.map(newsOf),
        upTo: rows.at(-1)?.[0] ?? after,
        isTorn: false,
      };
    },
    tell: (news) => database.write((session) => tell(session, news)),
    sayHeard: (processId, upTo) =>
      database.write(async (session) => {
        await session.run(updateHeard, [processId, upTo]);
      }),
    async isHeard(number) {
      return (await database.rows(selectDeaf, [number])).length === 0;
    },
  };
}

function newsOf([number, kind, accountId, webhookId, rest, ageMs]: Row): NumberedNews {
  const more = { ...(kind === 'rests' && { ageMs }), ...(kind === 'goes_on' && { rest }) };
  return { number, kind, accountId, webhookId, ...more } as NumberedNews;
}
