// The promise of `nothing-is-lost.test.ts` with the store on PostgreSQL: whichever of the two dies, every acknowledged
// update is accepted by its receiver, each parcel's in order.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { keepsAll, refusesMeanwhile } from '../support/keepsAll.ts';
import { startCluster } from '../support/postgres.ts';

const cluster = await startCluster();
after(() => cluster.stop());
const database = await cluster.create();
const server = await startChildServer(
  { after },
  {
    flags: ['--database', database],
    environment: { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64') },
  },
);

test('nothing acknowledged is lost when the server is killed again and again', async (t) => {
  await keepsAll(t, server, 'K', async () => {
    await server.kill('SIGKILL');
    await server.restart();
  });
});

test('nothing acknowledged is lost when PostgreSQL dies again and again, and callers hear of it', async (t) => {
  const refused = await keepsAll(t, server, 'D', async () => {
    await cluster.halt();
    await refusesMeanwhile(server);
    await cluster.start();
  });
  assert.deepEqual(
    refused.filter((status) => status !== 503),
    [],
  );
});
