/**
 * What was changed of accounts, keys and webhooks, for the processes that hold them in memory. Whoever adds to the news holds the
 * row of their count until the change commits, so that their numbers have no gap and come in the order of commits: who has read up to
 * a number has read all there is before it. Such changes are few, and wait for each other; commits and settlements only look at
 * the count.
 */
import { type AccountId, type News, type NewsPage, type NewsStore, Outdated } from '../store.ts';
import type { Database, Session } from './database.ts';

/** So many of the newest are kept: a process that has read less far reads anew all that it holds. */
const keptMax = 10_000;
const readAtOnce = 1000;

const raiseCount = 'update news_count set number = number + 1 where id = 1 and number <= $1 returning number';

const selectCount = 'select number from news_count where id = 1';

const insertOne = 'insert into news (number, kind, account_id, webhook_id) values ($1, $2, $3, $4)';

/** Heard when the change has committed. */
const notifyOthers = "select pg_notify('waybell', 'news')";

const deleteOld = 'delete from news where number <= $1';

const selectNext = `
  select number, kind, account_id, webhook_id from news where number > $1 order by number limit ${readAtOnce}`;

const selectResting = `
  select number, kind, account_id, webhook_id from news as rest
  where kind = 'rests' and made_at > now() - interval '1 minute' and number <= $1 and not exists (
    select from news where news.number > rest.number and news.kind = 'changed' and news.webhook_id = rest.webhook_id)
  order by number`;

const updateHeard = 'update process set heard = greatest(heard, $2) where id = $1';

const selectDeaf = `
  select id from process where seen_until > clock_timestamp() and 'send' = any(duties) and heard < $1`;

type Row = [number: number, kind: News['kind'], accountId: AccountId, webhookId: News['webhookId']];

/**
 * Last of all in the transaction of a change: whoever else changes settings waits from here to its commit.
 * @throws Outdated when there is more than was heard
 */
export async function tell(
  session: Session,
  { kind, accountId, webhookId }: News,
  heard: number = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  const [[number] = []] = await session.rows<[number: number]>(raiseCount, [heard]);
  if (number === undefined) throw new Outdated();
  await session.run(insertOne, [number, kind, accountId, webhookId]);
  await session.run(deleteOld, [number - keptMax]);
  await session.run(notifyOthers);
  return number;
}

/** @throws Outdated when there is more than was heard */
export async function checkHeard(session: Session, heard: number): Promise<void> {
  if ((await countOf(session)) > heard) throw new Outdated();
}

async function countOf(session: Session): Promise<number> {
  const [[number] = [0]] = await session.rows<[number: number]>(selectCount);
  return number;
}

export function makeNewsTable(database: Database): NewsStore {
  /** Who joins while a queue is being put in another order is told to rest as well. */
  async function begin(): Promise<NewsPage> {
    const upTo = await countOf(database);
    const rows = await database.rows<Row>(selectResting, [upTo]);
    return { news: rows.map(newsOf), upTo, isTorn: false };
  }

  return {
    async news(after) {
      if (after === null) return begin();
      const rows = await database.rows<Row>(selectNext, [after]);
      const [first] = rows;
      if (first !== undefined && first[0] > after + 1)
        return { news: [], upTo: await countOf(database), isTorn: true };
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

function newsOf([, kind, accountId, webhookId]: Row): News {
  return { kind, accountId, webhookId };
}
