/** Holds the row of a parcel in PostgreSQL: whatever of Waybell's is about that parcel waits until it is let go. */
import pg from 'pg';
import { until } from './until.ts';

export interface HeldParcel {
  /** Resolves when so many transactions wait for it, or for one of those. */
  waitedFor(by?: number): Promise<void>;
  letGo(): Promise<void>;
}

const selectWaiting = 'select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';

export async function holdParcel(database: string, trackingId: string): Promise<HeldParcel> {
  const client = new pg.Client({ connectionString: database });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  const { rowCount } = await client.query('select from tracking where id = $1 for update', [trackingId]);
  if (rowCount !== 1) throw new Error(`There is no tracking ${trackingId}.`);
  return {
    async waitedFor(by = 1) {
      await until('the parcel is waited for', async () => {
        const { rowCount: waiting } = await client.query(selectWaiting);
        return (waiting ?? 0) >= by;
      });
    },
    async letGo() {
      await client.query('rollback');
      await client.end();
    },
  };
}
