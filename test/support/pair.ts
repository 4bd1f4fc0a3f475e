/**
 * Two Waybell processes on one PostgreSQL, each of which sends for a part of the parcels, and what their tests do with them:
 * report scans, make webhooks, look at what is owed.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type ChildServer, type Scope, startChildServer } from './childServer.ts';
import { type Cluster, startCluster } from './postgres.ts';
import { openScriptedReceiver, type ScriptedReceiver } from './scriptedReceiver.ts';
import { until } from './until.ts';

export const operatorKey = 'wop_of_all_processes_of_this_test';
export const pairEnvironment = {
  WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 7').toString('base64'),
  WAYBELL_OPERATOR_KEY: operatorKey,
};

export interface Pair {
  readonly cluster: Cluster;
  /** The URL of their database. */
  readonly database: string;
  readonly first: ChildServer;
  readonly second: ChildServer;
}

export interface PairOptions {
  /** Of the connections of both, as libpq's `options`. */
  readonly options?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Resolves when both hold shards. */
export async function startPair(
  scope: Scope,
  { options = '', environment = {} }: PairOptions = {},
): Promise<Pair> {
  const cluster = await startCluster();
  scope.after(() => cluster.stop());
  const database = await cluster.create();
  const settings = {
    flags: ['--database', `${database}&options=${encodeURIComponent(options)}`, '--lease-seconds', '3'],
    environment: { ...pairEnvironment, ...environment },
  };
  const first = await startChildServer(scope, settings);
  const second = await startChildServer(scope, { ...settings, key: first.key });
  await until('both hold shards', async () => {
    const rows = await cluster.query(
      database,
      "select distinct owner from shard where duty = 'send' and owner is not null",
    );
    return rows.length === 2;
  });
  return { cluster, database, first, second };
}

export type Asked = Pick<ChildServer, 'call'>;

/** Of every new scan, to a receiver of its own. */
export async function webhookOf(
  t: TestContext,
  server: Asked,
  said: object = {},
): Promise<{ receiver: ScriptedReceiver; webhook: { id: string } }> {
  const receiver = await openScriptedReceiver(t);
  const body = { url: receiver.url, version: 'standard', fires_on: 'every_update', ...said };
  const { status, text, json } = await server.call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);
  t.after(() => server.call('DELETE', `/webhooks/${json.id}`).catch(() => {}));
  return { receiver, webhook: json };
}

/** The scan of a minute: the first of a parcel is that of minute 0, and each makes the next revision. */
export async function report({ call }: Asked, number: string, minute: number): Promise<Reported> {
  const { status, text, json } = await call('POST', '/updates', {
    body: { updates: [scanOf(number, minute)] },
  });
  assert.equal(status, 200, text);
  assert.equal(json.results[0].revision, minute + 1, text);
  return json.results[0];
}

export interface Reported {
  readonly tracking_id: string;
  readonly revision: number;
}

export function scanOf(number: string, minute: number): object {
  const time = new Date(Date.UTC(2024, 0, 1) + minute * 60_000).toISOString().slice(0, 19);
  const checkpoints = [{ time, description: `Scan ${minute}`, status: 'transit' }];
  return { tracking_number: `WB${number}`, checkpoints };
}

/** The newest hundred. */
export async function deliveriesOf(
  { call }: Asked,
  webhookId: string,
  state?: string,
): Promise<readonly { id: string; tracking_id: string; revision: number }[]> {
  const { json } = await call(
    'GET',
    `/deliveries?webhook_id=${webhookId}&limit=100${state ? `&state=${state}` : ''}`,
  );
  return json.data;
}

export function assertEachOnceInOrder({ heard }: Pick<ScriptedReceiver, 'heard'>, total: number): void {
  assert.equal(new Set(heard.map(({ id }) => id)).size, total);
  assert.equal(heard.length, total);
  for (const revisions of Map.groupBy(heard, ({ number }) => number).values())
    assert.deepEqual(
      revisions.map(({ revision }) => revision),
      revisions.map((_, at) => at + 1),
    );
}
