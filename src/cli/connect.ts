/**
 * How a command reaches the server: the options that every one of them has, which key is used, and what is said when
 * something is refused. A refusal is one sentence with its remedy and exit code 1; no answer at all is exit code 2.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { readClientConfig } from '../config/environment.ts';
import { cleanText } from '../normalise/text.ts';
import { type Client, makeClient, WaybellError } from '../sdk/client.ts';
import { withoutSecrets } from './redact.ts';
import { paint } from './terminal.ts';

export interface ConnectFlags {
  readonly url?: string;
  readonly key?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Which file of the data directory holds the key: an account's own, or the operator's. */
export type KeyFile = 'api-key' | 'operator-key';

/** Gives a command `--url`, `--key`, `--data` and `--json`; its help shows them after its own options. */
export function withConnection(command: Command): Command {
  for (const [flags, help] of connectionOptions) {
    command.addOption(new Option(flags, help).helpGroup('Server and output:'));
  }
  return command;
}

const connectionOptions = [
  ['--url <URL>', "the server's address (else the environment's; else http://127.0.0.1:8080)"],
  ['--key <KEY>', 'the API key (else WAYBELL_API_KEY; else the file in the data directory)'],
  ['--data <DIR>', 'the data directory that holds the key (else WAYBELL_DATA; else ./data)'],
  ['--json', 'print the JSON of the answer, for programs'],
] as const;

/** Runs a command with a client; its refusals become a sentence and an exit code. */
export async function connected(
  flags: ConnectFlags,
  run: (client: Client) => Promise<void>,
  keyFile: KeyFile = 'api-key',
): Promise<void> {
  await explained(() => run(connect(flags, keyFile)));
}

/** @throws UsageError where there is no key, or the URL is none */
export function connect(flags: ConnectFlags, keyFile: KeyFile = 'api-key'): Client {
  const { url, apiKey } = place(flags, keyFile);
  if (apiKey === null) throw new UsageError(noKey(flags, keyFile));
  return makeClient({ url, apiKey });
}

/** Where the server is and which key there is; null without one. @throws UsageError */
export function place(
  flags: ConnectFlags,
  keyFile: KeyFile = 'api-key',
): { url: string; apiKey: string | null; data: string } {
  const config = readClientConfig();
  const url = flags.url ?? config.url;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new UsageError(`"${withoutSecrets(url)}" is not a server's address. Give --url http://HOST:PORT.`);
  }
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') {
    throw new UsageError(
      "A server's address has no user or password in it. Give --url http://HOST:PORT --key KEY.",
    );
  }
  const data = flags.data ?? config.data;
  // The environment's key is an account's. Who names a directory means the key in it.
  const fromEnvironment = keyFile === 'api-key' && flags.data === undefined ? config.apiKey : null;
  return { url, data, apiKey: flags.key ?? fromEnvironment ?? keyIn(path.join(data, keyFile)) };
}

/** A command that was called in a way that cannot work, in words for the caller. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Prints what a command fails at as a sentence and sets the exit code; a bug still shows its stack. */
export async function explained(run: () => Promise<void>): Promise<void> {
  process.stdout.on('error', endIfNobodyReads);
  try {
    await run();
  } catch (error) {
    if (!(error instanceof WaybellError || error instanceof UsageError)) throw error;
    process.stderr.write(`${paint.bad('waybell:')} ${sentenceOf(error)}\n`);
    process.exitCode = error instanceof WaybellError && error.status === 0 ? 2 : 1;
  }
}

/** `waybell events list --follow | head` has read enough: that is no failure. */
function endIfNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

function sentenceOf(error: WaybellError | UsageError): string {
  if (error instanceof UsageError) return error.message;
  const detail = cleanText(error.detail, 1000) + requestText(error.body);
  if (error.status === 0) return `${detail}\nStart it with \`npm start\`, or name its address with --url.`;
  if (error.code === 'unauthenticated')
    return `The server does not know this key. Give another with --key or --data.`;
  return error.where === null || detail.includes(error.where)
    ? detail
    : `${detail} (at ${cleanText(error.where, 100)})`;
}

/** Under which the server's log has what went wrong there. */
function requestText(body: unknown): string {
  const id = typeof body === 'object' && body !== null && 'request_id' in body ? body.request_id : null;
  return typeof id === 'string' ? ` Request id: ${cleanText(id, 60)}.` : '';
}

function keyIn(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

function noKey(flags: ConnectFlags, keyFile: KeyFile): string {
  const file = path.join(place(flags, keyFile).data, keyFile);
  return (
    `No API key: ${file} is not there or cannot be read. It is made at the server's first start (\`npm start\`); name its ` +
    'folder with --data DIR, or give the key with --key KEY.'
  );
}
