/**
 * What was changed of accounts, keys and webhooks, for the processes that hold them in memory. Whoever adds to the news holds the
 * row of their count until the change commits, so that their numbers have no gap and come in the order of commits: who has read up to
 * a number has read all there is before it. Such changes are few, and wait for each other; commits and settlements only look at
 * the count.
 */

import type { Id } from '../../base/id.ts';
import {
  type AccountId,
  type News,
  type NewsPage,
  type NewsStore,
  type NumberedNews,
  Outdated,
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

/** A rest that nobody keeps for so long has been left. */
const restLasts = "clock_timestamp() + interval '10 seconds'";

const insertOne = `
  insert into news (number, kind, account_id, webhook_id, rest, kept_until)
  values ($1, $2, $3, $4, $5, case $2 when 'rests' then ${restLasts} end)`;

/** Heard when the change has committed. */
const notifyOthers = "select pg_notify('waybell', 'news')";

const isResting = "kind = 'rests' and not over";

/** Who rests by one is to hear of its end. */
const deleteOld = `delete from news where number <= $1 and not (${isResting})`;

const columns = 'number, kind, account_id, webhook_id, rest';

const selectNext = `select ${columns} from news where number > $1 order by number limit ${readAtOnce}`;

const selectResting = `select ${columns} from news where ${isResting} and number <= $1 order by number`;

const keepOne = `update news set kept_until = ${restLasts} where number = $1 and ${isResting}`;

const endOne = `update news set over = true where number = $1 and ${isResting}`;

/** What a step holds is kept. What was told by a program from before rests were kept may last as long as those did. */
const endLeft = `
  update news set over = true where number in (
    select number from news
    where ${isResting} and coalesce(kept_until, made_at + interval '2 minutes') < clock_timestamp()
    order by number for update skip locked)
  returning account_id, webhook_id, number`;

const updateHeard = 'update process set heard = greatest(heard, $2) where id = $1';

const selectDeaf = `
  select id from process where seen_until > clock_timestamp() and 'send' = any(duties) and heard < $1`;

type Row = [
  number: number,
  kind: News['kind'],
  accountId: AccountId,
  webhookId: News['webhookId'],
  rest: number | null,
];

/** That an account, its keys or its members were changed; or the webhook, where one is named. */
export function changed(accountId: AccountId, webhookId: News['webhookId'] = null): News {
  return { kind: 'changed', accountId, webhookId };
}

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
  if (rest !== null) await session.run(endOne, [rest]);
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

/**
 * Runs a step of what all rest for. The step holds the rest's row, so nobody ends the rest meanwhile, and one by a process that
 * has slept for long changes nothing any more; at its end there is time for the next.
 * @throws StoreUnavailable when the rest is over
 */
export async function underRest<T>(
  session: Session,
  rest: number | null,
  step: () => Promise<T>,
): Promise<T> {
  if (rest === null) return step();
  await keep(session, rest);
  const result = await step();
  await keep(session, rest);
  return result;
}

async function keep(session: Session, rest: number): Promise<void> {
  if ((await session.run(keepOne, [rest])) > 0) return;
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
      const upTo = rows.at(-1)?.[0] ?? after;
      // Rests that go on stay behind when what came before and after them is let go of.
      if (upTo > after + rows.length) return begin(true);
      return { news: rows.map(newsOf), upTo, isTorn: false };
    },
    tell: (news) => database.write((session) => tell(session, news)),
    sayHeard: (processId, upTo) =>
      database.write(async (session) => {
        await session.run(updateHeard, [processId, upTo]);
      }),
    async isHeard(number) {
      return (await database.rows(selectDeaf, [number])).length === 0;
    },
    keepRest: (rest) => database.write((session) => keep(session, rest)),
    endLeftRests: () =>
      database.write(async (session) => {
        type Left = [accountId: AccountId, webhookId: Id<'wh'>, rest: number];
        for (const [accountId, webhookId, rest] of await session.rows<Left>(endLeft))
          await tell(session, { kind: 'goes_on', accountId, webhookId, rest });
      }),
  };
}

function newsOf([number, kind, accountId, webhookId, rest]: Row): NumberedNews {
  return { number, kind, accountId, webhookId, ...(kind === 'goes_on' && { rest }) } as NumberedNews;
}
