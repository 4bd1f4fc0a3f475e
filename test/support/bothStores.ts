/** Tests that are played over each store: the embedded one, and a PostgreSQL that is started for the test file. */
import { after, test } from 'node:test';
import { startCluster } from './postgres.ts';
import { databaseAt, type TestServer, withServer } from './server.ts';

export type StoreName = 'SQLite' | 'PostgreSQL';

export async function startBothStores(): Promise<
  (name: string, run: (server: TestServer, store: StoreName) => Promise<unknown>) => void
> {
  const cluster = await startCluster();
  after(() => cluster.stop());
  return (name, run) => {
    const playOn = (store: StoreName) => async (server: TestServer) => void (await run(server, store));
    test(`${name} (SQLite)`, () => withServer(playOn('SQLite')));
    test(`${name} (PostgreSQL)`, async () =>
      withServer(playOn('PostgreSQL'), {}, { database: databaseAt(await cluster.create()) }));
  };
}
