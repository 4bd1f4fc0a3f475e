/** Answers remembered under an `Idempotency-Key`, sealed since they may hold a secret that is shown once. */
import type { Vault } from '../../vault.ts';
import { makePortion } from '../page.ts';
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

const selectPage = `
  select key, request_hash, status, body_sealed, created_at from answer
  where account_id = ? and key > ? order by key limit ?`;

const updateOne = `
  update answer set body_sealed = ? where account_id = ? and key = ? and request_hash = ? and created_at = ?`;

type Row = [key: string, requestHash: string, status: number, bodySealed: string, createdAt: number];

const deleteOld = 'delete from answer where created_at < ?';

export function makeAnswerTable(database: Database, vault: Vault): AnswerTable {
  const insert = database.prepare(insertOne);
  const select = database.prepare(selectOne);
  const page = database.prepareRows(selectPage);
  const update = database.prepare(updateOne);
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
    async answers(accountId, { after, limit }) {
      await database.turn();
      const rows = makePortion(([, , , sealed]: Row) => sealed.length).take(
        page.iterate(accountId, after ?? '', limit),
      );
      return rows.map(([key, requestHash, status, sealed, createdAt]) => ({
        ...{ accountId, key, requestHash, status, body: vault.open(purpose, sealed), createdAt },
      }));
    },
    rewriteAnswer: ({ accountId, key, requestHash, createdAt }, body) =>
      database.write(
        () => update.run(vault.seal(purpose, body), accountId, key, requestHash, createdAt).changes === 1,
      ),
    rememberAnswer: (answer) => database.write(() => put(answer)),
    forgetAnswers: (before) =>
      database.write(() => {
        forget.run(before);
      }),
  };
}
