/**
 * One server on a file, one disaster after another. A real server under load is killed with SIGKILL at random moments,
 * its disk filled and freed, its clock set back and forth, its webhooks disabled, recovered and sent to again, while its
 * receivers fail at random. Then peace, and an account: acknowledged, accepted, lost, duplicated, out of order.
 *
 *     npm run chaos -- [--kills 50] [--seed 1] [--json]
 *
 * Ends with 1 if anything was lost or came out of order. The dice of the disasters are seeded; when exactly they fall is not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ChildServer, type Scope, startChildServer } from '../test/support/childServer.ts';
import { openScriptedReceiver } from '../test/support/scriptedReceiver.ts';
import { type Account, takeAccount } from './account.ts';
import { dice } from './dice.ts';
import { makeSmallDisk, recover, redeliver, setClock, silence } from './disasters.ts';
import { progress } from './progress.ts';
import { startWriters } from './writers.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const random = dice(Number(values.seed));
const ends: (() => Promise<void>)[] = [];
const scope: Scope = { after: (end) => void ends.push(end) };

const diskMiB = 1024;
/** Each parcel waits for its own retries; without a pause between requests nothing would ever catch up. */
const load = { writers: 6, parcelsEach: 10, batchMax: 6, pauseMsMax: 60, random };

const webhooks = [
  { path: '/v2', version: 'v2', retry_seconds: Array(50).fill(1) },
  { path: '/v4', version: 'v4', retry_seconds: [1] },
  { path: '/standard', version: 'standard', retry_seconds: Array(50).fill(1) },
] as const;

try {
  const result = await chaos();
  report(result);
  process.exitCode = result.lost.length + result.outOfOrder.length > 0 ? 1 : 0;
} finally {
  for (const end of ends.reverse()) await end();
}

interface Result extends Account {
  readonly kills: number;
  readonly diskFilled: number | null;
  readonly clockSteps: number;
  readonly silenced: number;
  readonly redelivered: number;
  readonly repeatedRequests: number;
  /** Milliseconds from a start of the process to its listening, the slowest. */
  readonly slowestStartMs: number;
  readonly seconds: number;
}

async function chaos(): Promise<Result> {
  const startedAt = performance.now();
  const clockFolder = mkdtempSync(path.join(tmpdir(), 'waybell-clock-'));
  scope.after(async () => rmSync(clockFolder, { recursive: true }));
  const clockFile = path.join(clockFolder, 'offset');
  const disk = makeSmallDisk(diskMiB);
  if (disk !== null) {
    process.env.TMPDIR = disk.folder;
    scope.after(async () => disk.remove());
  }
  const receiver = await openScriptedReceiver(scope);
  receiver.answer(() => {
    const roll = Math.random();
    return roll > 0.2 ? 200 : roll < 0.06 ? 500 : roll < 0.1 ? 503 : roll < 0.14 ? 429 : 'reset';
  });
  const clock = path.join(import.meta.dirname, 'steppedClock.ts');
  const server = await startChildServer(scope, {
    environment: { NODE_OPTIONS: `--import=${clock}`, CHAOS_CLOCK: clockFile },
  });
  const ids: string[] = [];
  for (const { path: where, ...settings } of webhooks) {
    const body = { url: receiver.url + where, fires_on: 'every_update', ...settings };
    const { json, status, text } = await server.call('POST', '/webhooks', { body });
    if (status !== 201) throw new Error(text);
    ids.push(json.id);
  }

  const apart = new Set<string>();
  const writers = startWriters(server.call, load);
  const count = { diskFilled: 0, clockSteps: 0, silenced: 0, redelivered: 0 };
  let slowestStartMs = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const befallen = befall(kill);
    await pause(100 + random() * 900);
    await server.kill('SIGKILL');
    await befallen;
    const startAt = performance.now();
    await server.restart({ samePort: true });
    slowestStartMs = Math.max(slowestStartMs, performance.now() - startAt);
    progress(`${kill} of ${kills} kills, ${writers.acknowledged.length} updates acknowledged`);
  }
  await writers.stop();
  receiver.answer(200);
  await settle(server, ids, apart);

  const heard = new Map(
    ids.map((id, index) => [id, receiver.heard.filter((one) => one.path === webhooks[index]?.path)]),
  );
  const account = await takeAccount({ server, acknowledged: writers.acknowledged, heard, apart });
  return {
    ...{ kills, ...count, ...account },
    diskFilled: disk === null ? null : count.diskFilled,
    repeatedRequests: writers.repeated,
    slowestStartMs: Math.round(slowestStartMs),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };

  /** One more thing that goes wrong while the server waits to be killed; what is asked of a dead server is let go. */
  async function befall(kill: number): Promise<void> {
    const webhookId = ids[kill % ids.length] as string;
    const happens: (() => Promise<void>)[] = [
      async () => {
        if (disk === null) return;
        count.diskFilled++;
        await disk.fill(300 + random() * 700);
      },
      async () => {
        count.clockSteps++;
        setClock(clockFile, Math.round((random() - 0.5) * 2 * 3_600_000));
      },
      async () => {
        count.silenced++;
        await silence(server, webhookId, random() * 200, apart);
      },
      async () => {
        count.redelivered++;
        await redeliver(server, webhookId, apart);
      },
      async () => void (await recover(server, webhookId, apart)),
    ];
    await happens[kill % happens.length]?.().catch(() => {});
  }
}

/** Waits until nothing waits, putting back what is parked. */
async function settle(server: ChildServer, webhookIds: readonly string[], apart: Set<string>): Promise<void> {
  for (;;) {
    let left = 0;
    for (const id of webhookIds) {
      left += await recover(server, id, apart);
      for (const state of ['waiting', 'sending']) {
        const { json } = await server.call('GET', `/deliveries?state=${state}&webhook_id=${id}&limit=500`);
        left += json.data.length;
      }
    }
    if (left === 0) return;
    progress(`peace: ${left}${left >= 500 ? ' or more' : ''} left to send`);
    await pause(200);
  }
}

function report(result: Result): void {
  progress('');
  if (values.json) {
    console.log(
      JSON.stringify({ ...result, lost: result.lost.length, outOfOrder: result.outOfOrder.length }),
    );
    for (const what of [...result.lost, ...result.outOfOrder].slice(0, 50)) console.error(what);
    return;
  }
  const rows: readonly [string, number | string][] = [
    ['killed with SIGKILL', result.kills],
    ['disk filled and freed', result.diskFilled ?? 'skipped: this user may not mount a small disk'],
    ['clock set', result.clockSteps],
    ['webhooks disabled and recovered', result.silenced],
    ['deliveries sent again by hand', result.redelivered],
    ['slowest start', `${result.slowestStartMs} ms`],
    ['requests repeated by the writers', result.repeatedRequests],
    ['updates acknowledged', result.acknowledged],
    ['events in the log', result.events],
    ['deliveries accepted', result.accepted],
    ['duplicated', result.duplicated],
    ['lost', result.lost.length],
    ['out of order', result.outOfOrder.length],
    ['out of order, recovered or sent again by hand', result.outOfOrderApart],
    ['seconds', result.seconds],
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(48)}${value}`);
  for (const what of [...result.lost, ...result.outOfOrder].slice(0, 50)) console.log(what);
}
