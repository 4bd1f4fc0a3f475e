/**
 * `waybell verify`: whether a body that was received is genuine, checked later and by hand. FILE is one body, standard
 * input, or the log that `listen` writes. The age of a signature is not judged here: what is checked is old.
 */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { SECRET_PREFIX } from '../sdk/sign.ts';
import type { Verification } from '../sdk/verify.ts';
import { explained, UsageError } from './connect.ts';
import { several } from './listQuery.ts';
import { localTime } from './localTime.ts';
import { type RequestHeaders, type Summary, summaryOf, verdictText, verify } from './received.ts';
import { printJson } from './table.ts';
import { paint, print } from './terminal.ts';
import { type LogEntry, readLog } from './webhookLog.ts';

interface Flags {
  readonly email?: string;
  readonly secret?: string[];
  readonly header?: string[];
  readonly json?: boolean;
}

interface Checked {
  readonly time: string | null;
  readonly summary: Summary;
  readonly verification: Verification;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('check whether received bodies are genuine')
    .argument('<FILE>', 'a body, a log that `listen` wrote, or - for standard input')
    .option('--email <EMAIL>', "the account's signing email: checks V2 and V3")
    .option(
      '--secret <SECRET>',
      "the webhook's whsec_…, or the account's secret (V4); may be repeated",
      several,
    )
    .option('--header <NAME: VALUE>', 'a header that came with the body; may be repeated', several)
    .option('--json', 'print the results as JSON')
    .addHelpText('after', help)
    .action((file: string, flags: Flags) => explained(() => run(file, flags)));
}

const help = `
Exit code 1 where any is not genuine. A log holds no headers, so what is signed in headers (V4, whsec_…) can only be
checked as one body with --header.

Examples:
  waybell verify webhooks.log --email you@example.com
  waybell verify body.json --secret whsec_… --header 'webhook-id: dlv_…' \\
    --header 'webhook-timestamp: 1795466700' --header 'webhook-signature: v1,…'`;

async function run(file: string, flags: Flags): Promise<void> {
  if (flags.email === undefined && flags.secret === undefined) {
    throw new UsageError('Nothing to check with. Give --email (the signing email) or --secret (whsec_…).');
  }
  const entries = readLog(await read(file));
  if (entries.length === 0) throw new UsageError(`${file} is empty: there is nothing to check.`);
  const headers = readHeaders(flags.header ?? []);
  const checked: Checked[] = [];
  for (const entry of entries) checked.push(await check(entry, { flags, headers }));
  if (checked.some(({ verification }) => !verification.ok)) process.exitCode = 1;
  if (flags.json) return printJson({ results: checked.map(checkedJson) });
  for (const one of checked) print(line(one));
  const genuine = checked.filter(({ verification }) => verification.ok).length;
  if (checked.length > 1) print(`${genuine} of ${checked.length} verified.`);
}

async function check(
  entry: LogEntry,
  { flags, headers }: { flags: Flags; headers: RequestHeaders },
): Promise<Checked> {
  const { time, body } = entry;
  const summary = summaryOf({ body, headers });
  const secrets = flags.secret ?? [];
  const onlyInHeaders =
    time !== null && flags.header === undefined && secrets.some((secret) => secret.startsWith(SECRET_PREFIX));
  if (body.length === 0) return { time, summary, verification: { ok: false, reason: 'The body was empty.' } };
  if (onlyInHeaders) return { time, summary, verification: { ok: false, reason: noHeaders } };
  const keys = { email: flags.email ?? null, secrets };
  const verification = await verify({ body, headers }, keys, { now: systemClock.now(), toleranceSeconds: 0 });
  return { time, summary, verification };
}

const noHeaders =
  'A log holds no headers, and the whsec_… signature is in them. Check V2 and V3 with --email alone, or this body by itself with --header.';

async function read(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read: ${(error as Error).message}. Name a file that was received, or - for standard input.`,
    );
  }
}

function readHeaders(lines: readonly string[]): RequestHeaders {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new UsageError(`"${line}" is not a header. Write it as --header 'NAME: VALUE'.`);
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function line({ time, summary, verification }: Checked): string {
  const parts = [
    time === null ? null : paint.dim(time),
    summary.number && paint.strong(summary.number),
    summary.status,
    summary.version,
  ];
  const signed = verification.ok ? paint.dim(`signed ${localTime(verification.signedAt)}`) : null;
  return [...parts, verdictText(verification), signed].filter((part) => part !== null).join('  ');
}

function checkedJson({ time, summary, verification }: Checked) {
  return {
    time,
    tracking_number: summary.number,
    status: summary.status,
    version: summary.version,
    verified: verification.ok,
    scheme: verification.ok ? verification.scheme : null,
    signed_at: verification.ok ? new Date(verification.signedAt).toISOString() : null,
    warning: verification.ok ? verification.warning : null,
    reason: verification.ok ? null : verification.reason,
  };
}
