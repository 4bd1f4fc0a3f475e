/**
 * `waybell doctor`: the questions asked when something does not arrive, in the order in which one thing needs the other.
 * Each is a line that says ok or what to do; a later one is left out where an earlier one makes it pointless.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { type Client, type Delivery, makeClient, WaybellError, type Webhook } from '../sdk/client.ts';
import { type ConnectFlags, explained, place, withConnection } from './connect.ts';
import { printJson } from './table.ts';
import { paint, print } from './terminal.ts';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, a few words. */
  readonly detail: string;
  /** What to do; null where it is ok. */
  readonly remedy: string | null;
}

const freeBytesMin = 256 * 1024 * 1024;
/** Receivers refuse what is signed five minutes off; half of that is a fault to be mended. */
const clockSecondsMax = 150;
const parkedShownMax = 500;

/** @param ownVersion of this command line */
export function doctorCommand(ownVersion: string): Command {
  return withConnection(
    new Command('doctor').description(
      'check the server, the key, the data folder, the clock and the webhooks',
    ),
  )
    .addHelpText(
      'after',
      '\nExit code 0: all is well; 1: something is not; 2: the server does not answer.\n\nExample:\n  waybell doctor',
    )
    .action((flags: ConnectFlags) => explained(() => doctor(flags, ownVersion)));
}

async function doctor(flags: ConnectFlags, ownVersion: string): Promise<void> {
  const { url, apiKey, data } = place(flags);
  const client = makeClient({ url, apiKey });
  const findings: Finding[] = [];
  const reachable = await reach(client, url);
  findings.push(reachable);
  if (reachable.ok) {
    findings.push(await version(client, ownVersion), await readiness(client), await clock(client));
    const publicUrl = await client.server.publicUrl();
    if (publicUrl !== null) findings.push(await outside(publicUrl));
    const key = await keyIsValid(client, { apiKey, data });
    findings.push(key);
    if (key.ok)
      for (const webhook of (await client.webhooks.list().page()).data)
        findings.push(await health(client, webhook));
  }
  findings.push(await folder(data));
  if (flags.json) printJson({ ok: findings.every(({ ok }) => ok), checks: findings });
  else for (const finding of findings) print(line(finding));
  if (!findings.every(({ ok }) => ok)) process.exitCode = reachable.ok ? 1 : 2;
}

async function reach(client: Client, url: string): Promise<Finding> {
  try {
    await client.server.health();
    return good('server', `answers at ${url}`);
  } catch (error) {
    if (!(error instanceof WaybellError)) throw error;
    return bad('server', error.detail, 'Start it with `npm start`, or name its address with --url.');
  }
}

async function version(client: Client, own: string): Promise<Finding> {
  const running = await client.server.version();
  if (running === own) return good('version', running);
  const remedy = 'Restart the server after an upgrade, or use the command line of its version.';
  return bad('version', `the server is ${running}, this command ${own}`, remedy);
}

async function readiness(client: Client): Promise<Finding> {
  if (await client.server.ready()) return good('readiness', 'the store takes writes');
  return bad(
    'readiness',
    'the store cannot be written',
    'See the server log; free disk space, and check who owns the data folder.',
  );
}

async function clock(client: Client): Promise<Finding> {
  const time = await client.server.time();
  if (time === null) return good('clock', 'a proxy hides the time of the server; not compared');
  const seconds = Math.round((time - systemClock.now()) / 1000);
  if (Math.abs(seconds) <= clockSecondsMax) return good('clock', 'the server and this machine agree');
  const detail = `the server is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine`;
  return bad(
    'clock',
    detail,
    'Set both clocks by NTP: receivers refuse signatures that are five minutes off.',
  );
}

/** By the one path that a proxy in front lets through in any case, the API's. */
async function outside(publicUrl: string): Promise<Finding> {
  const name = 'public address';
  try {
    await makeClient({ url: publicUrl }).server.version();
    return good(name, `answers at ${publicUrl} (the API: ${publicUrl}/api)`);
  } catch (error) {
    if (!(error instanceof WaybellError)) throw error;
    const remedy =
      'Check its name and the proxy in front, or correct --public-url; where only outsiders can reach it, ask it from there.';
    return bad(name, error.detail, remedy);
  }
}

async function keyIsValid(
  client: Client,
  { apiKey, data }: { apiKey: string | null; data: string },
): Promise<Finding> {
  const remedy = `Give one with --key, or its folder with --data; the first start writes ${path.join(data, 'api-key')}.`;
  if (apiKey === null) return bad('key', 'there is none', remedy);
  try {
    const account = await client.account.get();
    return good(
      'key',
      `of ${account.id}, signing email ${account.signing_email}, times in ${account.time_zone}`,
    );
  } catch (error) {
    if (!(error instanceof WaybellError)) throw error;
    return bad('key', error.detail, remedy);
  }
}

async function health(client: Client, webhook: Webhook): Promise<Finding> {
  const name = `webhook ${webhook.id}`;
  const parkedOnes = client.deliveries.list({
    state: 'parked',
    webhook_id: webhook.id,
    limit: parkedShownMax,
  });
  const data: Delivery[] = [];
  for await (const delivery of parkedOnes) if (data.push(delivery) === parkedShownMax) break;
  const parked = data.length === parkedShownMax ? `${data.length} or more` : data.length;
  const oldest = data.at(-1)?.created_at ?? '';
  const recover = `\`waybell webhooks recover ${webhook.id} --since ${oldest}\``;
  if (!webhook.enabled) {
    const detail = `disabled: ${webhook.disabled_reason ?? 'by hand.'} ${parked} deliveries are parked.`;
    const then = data.length === 0 ? '' : `, then ${recover}`;
    return bad(name, detail, `Once its receiver is well: \`waybell webhooks enable ${webhook.id}\`${then}.`);
  }
  if (data.length === 0) return good(name, `enabled, nothing parked (${webhook.url})`);
  const look = `\`waybell deliveries get ${data[0]?.id}\` tells why`;
  return bad(name, `${parked} deliveries are parked`, `${look}; ${recover} sends them again.`);
}

async function folder(data: string): Promise<Finding> {
  if (!existsSync(data)) return good('data folder', `${data} is not on this machine; not checked`);
  try {
    accessSync(data, constants.R_OK | constants.W_OK);
  } catch {
    return bad(
      'data folder',
      `${data} may not be read and written`,
      `Make the server's user its owner: chown -R USER ${data}.`,
    );
  }
  const open = ['api-key', 'operator-key', 'vault-key']
    .map((file) => path.join(data, file))
    .find(readableByOthers);
  if (open !== undefined)
    return bad('data folder', `${open} can be read by other users`, `Close it: chmod 600 ${open}.`);
  const { bavail, bsize } = await statfs(data);
  const free = Math.floor((bavail * bsize) / 1024 / 1024);
  if (bavail * bsize < freeBytesMin)
    return bad('data folder', `only ${free} MiB are free`, 'Free disk space: a full disk stops everything.');
  return good('data folder', `${data}, ${free} MiB free`);
}

function readableByOthers(file: string): boolean {
  // Windows has no such bits.
  return process.platform !== 'win32' && existsSync(file) && (statSync(file).mode & 0o077) !== 0;
}

function good(name: string, detail: string): Finding {
  return { name, ok: true, detail, remedy: null };
}

function bad(name: string, detail: string, remedy: string): Finding {
  return { name, ok: false, detail, remedy };
}

function line({ name, ok, detail, remedy }: Finding): string {
  const head = `${ok ? paint.good('ok    ') : paint.bad('not ok')}  ${paint.strong(name)}: ${detail}`;
  return remedy === null ? head : `${head}\n        → ${remedy}`;
}
