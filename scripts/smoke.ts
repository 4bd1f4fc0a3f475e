/**
 * `npm run smoke`: the whole way once, as a merchant would see it. Server → endpoint → webhook → tracking → update →
 * verified webhook received → attempt in the log. It is what an operator runs after an upgrade: by itself it starts a
 * server on a free port in a temporary folder; with `--url` it asks the one that runs, and takes away what it made.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { type App, startApp } from '../src/app.ts';
import { systemClock } from '../src/base/clock.ts';
import { type ConnectFlags, connect, explained, UsageError, withConnection } from '../src/cli/connect.ts';
import { pause } from '../src/cli/pause.ts';
import { verify } from '../src/cli/received.ts';
import { openReceiver, type Received } from '../src/cli/receiver.ts';
import { paint, print } from '../src/cli/terminal.ts';
import { readConfig } from '../src/config/config.ts';
import { type Attempt, type Client, makeClient, WaybellError } from '../src/sdk/client.ts';

interface Flags extends ConnectFlags {
  readonly host: string;
}

/** A step that takes longer has failed; healthy ones take milliseconds. */
const stepMsMax = 30_000;
const pollMs = 50;

const program = withConnection(new Command('smoke'))
  .description('server → endpoint → tracking → update → verified webhook → attempt in the log')
  .option('--host <ADDRESS>', 'address of this machine that the server can call', '127.0.0.1')
  .addHelpText(
    'after',
    '\nWithout --url it starts a server of its own in a temporary folder and removes it again.',
  )
  .action((flags: Flags) => explained(() => smoke(flags)));
await program.parseAsync();

async function smoke(flags: Flags): Promise<void> {
  if (flags.url !== undefined) return walk(connect(flags), flags.host);
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-smoke-'));
  let app: App | null = null;
  try {
    app = await step(
      'server started',
      () => startOwn(data),
      (started) => started.url,
    );
    await walk(makeClient({ url: app.url, apiKey: app.first?.key }), '127.0.0.1');
  } finally {
    await app?.stop();
    await rm(data, { recursive: true, force: true });
  }
}

function startOwn(data: string): Promise<App> {
  // Not the operator's environment: it may name the folder and the port of the server that is in use.
  return startApp(readConfig({ data, port: '0', allowNetworks: ['127.0.0.1/32'] }, null, {}));
}

async function walk(client: Client, host: string): Promise<void> {
  const number = `SMOKE${randomBytes(6).toString('hex').toUpperCase()}`;
  const arrival = makeArrival(number);
  const undo: (() => Promise<unknown>)[] = [];
  try {
    await step(
      'server answers',
      () => client.server.version(),
      (version) => `version ${version}`,
    );
    const account = await step(
      'key is valid',
      () => client.account.get(),
      ({ id }) => id,
    );
    const receiver = await step(
      'endpoint listens',
      () => openEndpoint(host, arrival.add),
      ({ url }) => url,
    );
    undo.push(() => receiver.close());
    const webhook = await step(
      'webhook made',
      () => makeWebhook(client, receiver.url),
      ({ id }) => id,
    );
    undo.push(() => client.webhooks.remove(webhook.id));
    const tracking = await step(
      'tracking made',
      () => client.trackings.create({ tracking_number: number }),
      ({ id }) => id,
    );
    undo.push(() => client.trackings.remove(tracking.id));
    await step(
      'update taken',
      () => report(client, number),
      (status) => `${number} is ${status}`,
    );
    const received = await step(
      'webhook received',
      () => arrival.wait(),
      ({ summary }) => `${summary.deliveryId}`,
    );
    const keys = { email: account.signing_email, secret: webhook.secret };
    await step(
      'webhook verified',
      () => check(received, keys),
      (schemes) => schemes,
    );
    await step(
      'attempt in the log',
      () => attemptOf(client, received),
      ({ response, timings }) => `${response?.status} in ${Math.round(timings.total_ms)} ms`,
    );
  } finally {
    for (const takeAway of undo.reverse()) await takeAway();
  }
  print(paint.good('All is well.'));
}

/** Runs one step and prints how it went; a failure ends the walk with its sentence. */
async function step<T>(name: string, run: () => Promise<T>, detail: (result: T) => string): Promise<T> {
  const startedAt = systemClock.monotonic();
  const took = () => `${Math.round(systemClock.monotonic() - startedAt)} ms`.padStart(8);
  try {
    const result = await run();
    print(`${paint.good('OK    ')}  ${name.padEnd(20)}  ${took()}  ${paint.dim(detail(result))}`);
    return result;
  } catch (error) {
    print(`${paint.bad('FAILED')}  ${name.padEnd(20)}  ${took()}`);
    throw error instanceof WaybellError ? error : new UsageError((error as Error).message);
  }
}

function openEndpoint(host: string, onReceived: (received: Received) => void) {
  return openReceiver({
    host,
    port: 0,
    logFile: null,
    keys: { email: null, secrets: [] },
    responses: [200],
    delayMs: 0,
    clock: systemClock,
    onReceived,
    onRefused: () => {},
  });
}

async function makeWebhook(client: Client, url: string) {
  try {
    return await client.webhooks.create({
      url,
      version: 'v2',
      statuses: ['delivered'],
      description: 'smoke test',
    });
  } catch (error) {
    if (!(error instanceof WaybellError) || error.code !== 'url_refused') throw error;
    const network = `${new URL(url).hostname}/32`;
    throw new UsageError(`${error.detail}\nFor this test start the server with --allow-network ${network}.`);
  }
}

async function report(client: Client, number: string): Promise<string> {
  const checkpoint = {
    time: new Date(systemClock.now()).toISOString(),
    description: 'Smoke test',
    status: 'delivered',
  };
  const { results } = await client.updates([{ tracking_number: number, checkpoints: [checkpoint] }]);
  const [result] = results;
  if (result === undefined || result.error !== undefined)
    throw new Error(result?.error.message ?? 'The answer had no result.');
  if (result.status !== 'delivered')
    throw new Error(`The parcel is ${result.status} after a report of delivered.`);
  return result.status;
}

/** Both ways: TrackingMore's signature by the email, and the standard one over the whole body by the secret. */
async function check(
  { headers, body }: Received,
  { email, secret }: { email: string; secret: string },
): Promise<string> {
  const now = systemClock.now();
  const byEmail = await verify({ headers, body }, { email, secrets: [] }, { now });
  const bySecret = await verify({ headers, body }, { email: null, secrets: [secret] }, { now });
  for (const verification of [byEmail, bySecret]) if (!verification.ok) throw new Error(verification.reason);
  return 'by the signing email and by the secret';
}

async function attemptOf(client: Client, { summary }: Received): Promise<Attempt> {
  const endsAt = systemClock.monotonic() + stepMsMax;
  while (systemClock.monotonic() < endsAt) {
    const { attempts, state } = await client.deliveries.get(summary.deliveryId ?? '');
    const [attempt] = attempts;
    if (attempt !== undefined && state === 'accepted') return attempt;
    await pause(pollMs);
  }
  throw new Error(
    `The delivery is not in the log as accepted after ${stepMsMax / 1000} s. See the server log.`,
  );
}

/** The one that is waited for among all that comes: a server in use has others to send. */
function makeArrival(number: string) {
  const arrived = new AbortController();
  let found: Received | null = null;
  return {
    add(received: Received) {
      if (received.summary.number !== number) return;
      found = received;
      arrived.abort();
    },
    async wait(): Promise<Received> {
      await pause(stepMsMax, arrived.signal);
      if (found !== null) return found;
      throw new Error(
        `Nothing came within ${stepMsMax / 1000} s. Can the server call this machine? See --host.`,
      );
    },
  };
}
