/** Answers remembered under an `Idempotency-Key`, sealed since they may hold a secret that is shown once. */
import { limits } from '../../domain/limits.ts';
import type { Vault } from '../../vault.ts';
import { type Answer, type AnswerStore, AnswerTaken } from '../store.ts';
import { numbers, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { answerLock } from './locks.ts';

export interface AnswerTable extends AnswerStore {
  /** Within a job. */
  put(session: Session, answers: readonly Answer[]): Promise<void>;
  /**
   * Within a job, for what is not to be done twice.
   * @throws AnswerTaken where there is one under the key from the last day
   */
  claim(session: Session, answer: Answer): Promise<void>;
}

const purpose = 'answer.body';

/** Of several with one key the last counts. */
const insertEach = `
  insert into answer (account_id, key, request_hash, status, body_sealed, created_at)
  select distinct on (account_id, key) account_id, key, request_hash, status, body_sealed, created_at
  from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
    with ordinality as u (account_id, key, request_hash, status, body_sealed, created_at, place)
  order by account_id, key, place desc
  on conflict (account_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
    body_sealed = excluded.body_sealed, created_at = excluded.created_at`;

const selectNewer = 'select from answer where account_id = $1 and key = $2 and created_at > $3 for update';

const selectOne = `
  select request_hash, status, body_sealed, created_at from answer
  where account_id = $1 and key = $2 and created_at >= $3`;

const deleteOld = 'delete from answer where created_at < $1';

type Row = [requestHash: string, status: number, bodySealed: string, createdAt: number];

export function makeAnswerTable(database: Database, vault: Vault): AnswerTable {
  async function put(session: Session, answers: readonly Answer[]): Promise<void> {
    if (answers.length === 0) return;
    await session.run(insertEach, [
      texts(answers.map(({ accountId }) => accountId)),
      texts(answers.map(({ key }) => key)),
      texts(answers.map(({ requestHash }) => requestHash)),
      numbers(answers.map(({ status }) => status)),
      texts(answers.map(({ body }) => vault.seal(purpose, body))),
      numbers(answers.map(({ createdAt }) => createdAt)),
    ]);
  }

  return {
    put,
    async claim(session, answer) {
      const { accountId, key, createdAt } = answer;
      await session.run(answerLock, [`${accountId} ${key}`]);
      const since = createdAt - limits.idempotencyHours * 3_600_000;
      if ((await session.rows(selectNewer, [accountId, key, since])).length > 0) throw new AnswerTaken();
      await put(session, [answer]);
    },
    async answer(accountId, key, since) {
      const [row] = await database.rows<Row>(selectOne, [accountId, key, since]);
      if (row === undefined) return null;
      const [requestHash, status, bodySealed, createdAt] = row;
      return { accountId, key, requestHash, status, body: vault.open(purpose, bodySealed), createdAt };
    },
    rememberAnswer: (answer) => database.write((session) => put(session, [answer])),
    forgetAnswers: (before) =>
      database.write(async (session) => {
        await session.run(deleteOld, [before]);
      }),
  };
}
