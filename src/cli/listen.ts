/**
 * `waybell listen`: a receiver of webhooks on this machine. Shows each one as it comes, says whether it is genuine, keeps
 * the bodies in a log file, and rehearses failures with `--respond` and `--delay`.
 */
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import type { Verification } from '../sdk/verify.ts';
import { explained, place, UsageError } from './connect.ts';
import { several, wholeNumber } from './listQuery.ts';
import { receivedLine } from './received.ts';
import { openReceiver, type Received, type Receiver } from './receiver.ts';
import { keyHeader, quoted } from './shell.ts';
import { isTerminal, paint, print } from './terminal.ts';

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly log: string;
  readonly email?: string;
  readonly secret?: string[];
  readonly respond: readonly number[];
  readonly delay: number;
  readonly json?: boolean;
}

export function listenCommand(): Command {
  return new Command('listen')
    .description('receive webhooks on this machine: verify, show and log them')
    .option('--port <PORT>', 'port to listen on; 0: any free one', wholeNumber({ min: 0, max: 65_535 }), 9099)
    .option('--host <ADDRESS>', 'address to listen on', '127.0.0.1')
    .option('--log <FILE>', 'the file that bodies are added to', 'webhooks.log')
    .option('--email <EMAIL>', "the account's signing email: checks V2 and V3")
    .option(
      '--secret <SECRET>',
      "the webhook's whsec_…, or the account's secret (V4); may be repeated",
      several,
    )
    .option('--respond <LIST>', 'answers in turn, e.g. 500,500,200', readStatuses, [200])
    .option('--delay <MS>', 'wait before each answer', wholeNumber({ min: 0, max: dayMs }), 0)
    .option('--json', 'one line of JSON for each request')
    .addHelpText('after', help)
    .action((flags: Flags) => explained(() => listen(flags)));
}

const help = `
The log file has a line for each: the time, the body. \`waybell verify webhooks.log\` checks them again.
With a whsec_… only the signature over the whole body counts; with --email alone V2 and V3 are checked, whose signature
covers the time only. The server calls addresses of this machine only where --allow-network says so; the first lines
printed tell how.

Examples:
  waybell listen --email you@example.com
  waybell listen --secret whsec_… --respond 500,500,200     # two failures, then accepted, and so on`;

async function listen(flags: Flags): Promise<void> {
  const greeting = greetingOf(flags);
  const counts = { came: 0, verified: 0, duplicates: 0 };
  const receiver = await openReceiver({
    host: flags.host,
    port: flags.port,
    logFile: flags.log,
    keys: { email: flags.email ?? null, secrets: flags.secret ?? [] },
    responses: flags.respond,
    delayMs: flags.delay,
    clock: systemClock,
    onReceived(received) {
      counts.came += 1;
      counts.verified += received.verification.ok ? 1 : 0;
      counts.duplicates += received.duplicate ? 1 : 0;
      print(flags.json ? JSON.stringify(receivedJson(received)) : line(received));
    },
    onRefused: (why) => note(flags, paint.warn(why)),
  }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  for (const text of greeting(receiver)) note(flags, text);
  let ending = false;
  const end = async () => {
    // A terminal and a launcher both pass Ctrl-C on.
    if (ending) return;
    ending = true;
    await receiver.close();
    const { came, verified, duplicates } = counts;
    note(flags, `${isTerminal ? '\n' : ''}${came} came, ${verified} verified, ${duplicates} duplicates.`);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
}

/** Where programs read the output, what is for people goes beside it. */
function note({ json }: Flags, text: string): void {
  if (json) process.stderr.write(`${text}\n`);
  else print(text);
}

/** What the start says. Read before anything listens, so that a setting that cannot be right is named first. */
function greetingOf(flags: Flags): (receiver: Receiver) => string[] {
  const { url, data } = place({});
  return (receiver) => {
    const everywhere = flags.host === '0.0.0.0' || flags.host === '::';
    const target = everywhere ? receiver.url.replace(/\/\/[^/]*:/, '//127.0.0.1:') : receiver.url;
    const network = networkOf(target);
    const body = JSON.stringify({ url: target, version: flags.secret === undefined ? 'v2' : 'standard' });
    const key = keyHeader(data);
    return [
      `Listening on ${paint.link(target)}  log: ${flags.log}  answers: ${flags.respond.join(', ')}`,
      `The server must be allowed to call it:  ${paint.strong(`--allow-network ${network}`)}`,
      paint.dim(`  npm start -- --allow-network ${network}`),
      'Register it:',
      paint.dim(
        `  curl ${url}/api/v1/webhooks ${key} -H 'Content-Type: application/json' -d ${quoted(body)}`,
      ),
      ...(flags.email || flags.secret ? [] : [paint.warn(noKeys)]),
      paint.dim('Ctrl-C ends it.'),
    ];
  };
}

const noKeys =
  'Nothing can be verified yet: give --email (the signing email; `waybell doctor` shows it) or --secret whsec_….';

/** The network of this one address. */
function networkOf(target: string): string {
  const host = new URL(target).hostname;
  return host.startsWith('[') ? `${host.slice(1, -1)}/128` : `${host}/32`;
}

function line(received: Received): string {
  const verification: Verification =
    received.body.length > 0
      ? received.verification
      : { ok: false, reason: 'can not get webhook data! The body was empty.' };
  return receivedLine({ ...received, verification });
}

function receivedJson(received: Received) {
  const { at, summary, verification, duplicate, answered, body, headers } = received;
  const { number, status, version, deliveryId, revision } = summary;
  return {
    received_at: new Date(at).toISOString(),
    tracking_number: number,
    status,
    version,
    delivery_id: deliveryId,
    revision,
    verified: verification.ok,
    reason: verification.ok ? null : verification.reason,
    duplicate,
    answered,
    headers,
    body: body.toString('utf8'),
  };
}

function readStatuses(text: string): number[] {
  return text.split(',').map((item) => {
    const status = /^\d{3}$/.test(item.trim()) ? Number(item) : 0;
    if (status >= 200 && status <= 599) return status;
    throw new InvalidArgumentError(
      'It is a list of HTTP statuses from 200 to 599 with commas between, e.g. 500,500,200.',
    );
  });
}
