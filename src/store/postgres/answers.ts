/** Answers remembered under an `Idempotency-Key`, sealed since they may hold a secret that is shown once. */
import { limits } from '../../domain/limits.ts';
import type { Vault } from '../../vault.ts';
import { type Answer, type AnswerStore, AnswerTaken } from '../store.ts';
import { numbers, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { readPortion } from './page.ts';

export interface AnswerTable extends AnswerStore {
  /**
   * Within a job, for what is not to be done twice.
   * @throws AnswerTaken where there is one under a key from the last day
   */
  claim(session: Session, answers: readonly Answer[]): Promise<void>;
}

const purpose = 'answer.body';

/** In one order, so that no two transactions wait for each other's. What is from less than so long before is left as it is. */
const insertEach = `
  insert into answer (account_id, key, request_hash, status, body_sealed, created_at)
  select account_id, key, request_hash, status, body_sealed, created_at
  from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
    as u (account_id, key, request_hash, status, body_sealed, created_at)
  order by account_id, key
  on conflict (account_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
    body_sealed = excluded.body_sealed, created_at = excluded.created_at
  where answer.created_at <= excluded.created_at - $7
  returning account_id, key`;

const selectOne = `
  select request_hash, status, body_sealed, created_at from answer
  where account_id = $1 and key = $2 and created_at >= $3`;

const selectPage = `
  select key, request_hash, status, body_sealed, created_at from answer
  where account_id = $1 and key > $2 order by key limit $3`;

const updateOne = `
  update answer set body_sealed = $1
  where account_id = $2 and key = $3 and request_hash = $4 and created_at = $5`;

const deleteOld = 'delete from answer where created_at < $1';

type Row = [requestHash: string, status: number, bodySealed: string, createdAt: number];

export function makeAnswerTable(database: Database, vault: Vault): AnswerTable {
  /** Those under whose keys there was none, or one that is older by so much. */
  async function insert(
    session: Session,
    answers: readonly Answer[],
    olderByMs: number,
  ): Promise<readonly [accountId: string, key: string][]> {
    return session.rows(insertEach, [
      texts(answers.map(({ accountId }) => accountId)),
      texts(answers.map(({ key }) => key)),
      texts(answers.map(({ requestHash }) => requestHash)),
      numbers(answers.map(({ status }) => status)),
      texts(answers.map(({ body }) => vault.seal(purpose, body))),
      numbers(answers.map(({ createdAt }) => createdAt)),
      olderByMs,
    ]);
  }

  return {
    async claim(session, answers) {
      if (answers.length === 0) return;
      const claimed = await insert(session, answers, limits.idempotencyHours * 3_600_000);
      if (claimed.length === answers.length) return;
      const own = new Set(claimed.map(([accountId, key]) => `${accountId} ${key}`));
      throw new AnswerTaken(answers.filter(({ accountId, key }) => !own.has(`${accountId} ${key}`)));
    },
    async answer(accountId, key, since) {
      const [row] = await database.rows<Row>(selectOne, [accountId, key, since]);
      if (row === undefined) return null;
      const [requestHash, status, bodySealed, createdAt] = row;
      return { accountId, key, requestHash, status, body: vault.open(purpose, bodySealed), createdAt };
    },
    async answers(accountId, { after, limit }) {
      const { rows } = await readPortion<[key: string, ...Row]>({
        limit,
        charsOf: ([, , , sealed]) => sealed.length,
        read: (last, some) => database.rows(selectPage, [accountId, last?.[0] ?? after ?? '', some]),
      });
      return rows.map(([key, requestHash, status, sealed, createdAt]) => ({
        ...{ accountId, key, requestHash, status, body: vault.open(purpose, sealed), createdAt },
      }));
    },
    rewriteAnswer: ({ accountId, key, requestHash, createdAt }, body) =>
      database.write(
        async (session) =>
          (await session.run(updateOne, [
            vault.seal(purpose, body),
            accountId,
            key,
            requestHash,
            createdAt,
          ])) === 1,
      ),
    rememberAnswer: (answer) =>
      database.write(async (session) => {
        await insert(session, [answer], Number.MIN_SAFE_INTEGER);
      }),
    forgetAnswers: (before) =>
      database.write(async (session) => {
        await session.run(deleteOld, [before]);
      }),
  };
}
