/** Databases of the PostgreSQL store's tests: one server for the file, each database a copy of a migrated one. */
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type Cluster, startCluster } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { testKey } from './folder.ts';
import type { Opened } from './store.ts';

const countConnections = `
  select count(*)::integer as others from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;

export interface Databases {
  readonly cluster: Cluster;
  /** The URL of a new database with the schema and nothing else. */
  create(): Promise<string>;
  open(url: string, key?: Buffer): Promise<Store>;
  /** @param way from the database's URL to that which the store is given; the same where not given */
  openTemporary(way?: (url: string) => string): Promise<Opened>;
  /** A store on a new database. */
  withStore(run: (store: Store, url: string) => Promise<void>): Promise<void>;
  /** Several stores on one new database, as several processes have them. */
  withStores(run: (stores: readonly [Store, Store, Store], url: string) => Promise<void>): Promise<void>;
  /** Waits for the end of all connections to it: what they have counted is complete then. */
  allEnded(url: string): Promise<void>;
}

export async function startDatabases(): Promise<Databases> {
  const cluster = await startCluster();
  const template = await cluster.create();
  await (await open(template)).close();
  const name = new URL(template).pathname.slice(1);

  function create(): Promise<string> {
    return cluster.create(name);
  }

  return {
    cluster,
    create,
    open,
    async allEnded(url) {
      await until('all connections have ended', async () => {
        const [row] = await cluster.query(url, countConnections);
        return row?.others === 0;
      });
    },
    async withStore(run) {
      const url = await create();
      const store = await open(url);
      try {
        await run(store, url);
      } finally {
        await store.close();
      }
    },
    async withStores(run) {
      const url = await create();
      const stores = await Promise.all([open(url), open(url), open(url)] as const);
      try {
        await run(stores, url);
      } finally {
        await Promise.all(stores.map((store) => store.close()));
      }
    },
    async openTemporary(way = (same) => same) {
      const url = await create();
      let store = await open(way(url));
      return {
        store,
        async reopen() {
          await store.close();
          store = await open(way(url));
          return store;
        },
        async close() {
          await store.close();
          await cluster.drop(url);
        },
      };
    },
  };
}

function open(url: string, key: Buffer = testKey): Promise<Store> {
  return openPostgresStore({ url, name: 'of the tests', key });
}
