/**
 * Holds up changes of one account's settings amid their transaction, when they have their number in the news and have not
 * written it yet, so that a test says which of two ends first.
 */
import pg from 'pg';
import type { Store } from '../../src/store/store.ts';
import type { Databases } from './database.ts';

export interface Gate {
  /** From now on whoever changes settings of the account waits at the gate. */
  close(accountId: string): Promise<void>;
  /** Of all transactions in the database those that wait, at the gate or for one that does. */
  waiting(): Promise<number>;
  open(): Promise<void>;
  /** Ends the connections of those at the gate, as if their process had died. */
  endWhoWaits(): Promise<void>;
}

const lock = '1, 1';

const ofAccount = (accountId: string) => `
  create function wait_at_gate() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(${lock});
      return new;
    end $$;
  create trigger gate before insert on news for each row when (new.account_id = '${accountId}')
    execute function wait_at_gate()`;

const waiting = "datname = current_database() and wait_event_type = 'Lock'";
const countWaiting = `select count(*)::integer as waiting from pg_stat_activity where ${waiting}`;
const endAtGate = `select pg_terminate_backend(pid) from pg_stat_activity where ${waiting} and query like '%insert into news%'`;

/** Several stores on one database with a gate, where nobody gives up waiting. */
export async function withGate(
  databases: Databases,
  run: (stores: readonly [Store, Store, Store], gate: Gate) => Promise<void>,
): Promise<void> {
  const url = await databases.create();
  const options = encodeURIComponent('-c lock_timeout=60000 -c statement_timeout=60000');
  const open = () => databases.open(`${url}&options=${options}`);
  const stores = await Promise.all([open(), open(), open()] as const);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await run(stores, makeGate(client));
  } finally {
    // Whoever still waits is let go with its lock.
    await client.end();
    await Promise.all(stores.map((store) => store.close()));
  }
}

function makeGate(client: pg.Client): Gate {
  return {
    async close(accountId) {
      await client.query(ofAccount(accountId));
      await client.query(`select pg_advisory_lock(${lock})`);
    },
    async waiting() {
      const { rows } = await client.query<{ waiting: number }>(countWaiting);
      return rows[0]?.waiting ?? 0;
    },
    async open() {
      await client.query(`select pg_advisory_unlock(${lock})`);
    },
    async endWhoWaits() {
      await client.query(endAtGate);
    },
  };
}
