/** Answers remembered under an `Idempotency-Key`, sealed since they may hold a secret that is shown once. */
import type { Vault } from '../../vault.ts';
import type { Answer, AnswerStore } from '../store.ts';
import type { Database } from './database.ts';

export interface AnswerTable extends AnswerStore {
  /** Within a job. */
  put(answer: Answer): void;
}

const purpose = 'answer.body';

const insertOne = `
  insert into answer (account_id, key, request_hash, status, body_sealed, created_at) values (?, ?, ?, ?, ?, ?)
  on conflict (account_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
    body_sealed = excluded.body_sealed, created_at = excluded.created_at`;

const selectOne = `
  select request_hash, status, body_sealed, created_at from answer where account_id = ? and key = ? and created_at >= ?`;

const deleteOld = 'delete from answer where created_at < ?';

export function makeAnswerTable(database: Database, vault: Vault): AnswerTable {
  const insert = database.prepare(insertOne);
  const select = database.prepare(selectOne);
  const forget = database.prepare(deleteOld);

  function put(answer: Answer): void {
    const body = vault.seal(purpose, answer.body);
    insert.run(answer.accountId, answer.key, answer.requestHash, answer.status, body, answer.createdAt);
  }

  return {
    put,
    async answer(accountId, key, since) {
      const row = select.get(accountId, key, since) as
        | { request_hash: string; status: number; body_sealed: string; created_at: number }
        | undefined;
      if (row === undefined) return null;
      return {
        accountId,
        key,
        requestHash: row.request_hash,
        status: row.status,
        body: vault.open(purpose, row.body_sealed),
        createdAt: row.created_at,
      };
    },
    rememberAnswer: (answer) => database.write(() => put(answer)),
    forgetAnswers: (before) =>
      database.write(() => {
        forget.run(before);
      }),
  };
}
