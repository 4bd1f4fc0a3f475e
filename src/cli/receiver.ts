/**
 * A receiver of webhooks on this machine, for trying things out: verifies what comes, writes it into a log file, answers
 * as it was told to, and remembers which ids it has seen. Whatever a stranger sends, it goes on; what cannot be written
 * is answered with 500, since a receiver that says 200 has the data.
 */
import { appendFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { limits } from '../domain/limits.ts';
import type { Verification } from '../sdk/verify.ts';
import { pause } from './pause.ts';
import { type RequestHeaders, type Summary, summaryOf, type VerificationKeys, verify } from './received.ts';
import { logEntry } from './webhookLog.ts';

const bodyBytesMax = limits.webhookBodyBytesMax;
/** Ids kept for telling duplicates; the oldest are forgotten. */
const idsRememberedMax = 100_000;

export interface ReceiverOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Null: nothing is written. */
  readonly logFile: string | null;
  readonly keys: VerificationKeys;
  /** Answers in turn, beginning again after the last. */
  readonly responses: readonly number[];
  readonly delayMs: number;
  readonly clock: Clock;
  onReceived(received: Received): void;
  /** A request that was refused before it was a webhook, in a sentence. */
  onRefused(why: string): void;
}

export interface Received {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly headers: RequestHeaders;
  readonly body: Buffer;
  readonly summary: Summary;
  readonly verification: Verification;
  /** The same `webhook-id` came before. */
  readonly duplicate: boolean;
  /** The status it was answered with. */
  readonly answered: number;
}

export interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws Error in words for the operator where it cannot listen or write */
export async function openReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { logFile, keys, responses, clock } = options;
  if (logFile !== null) await write(logFile, Buffer.alloc(0));
  const seen = new Set<string>();
  const closing = new AbortController();
  let count = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST')
      return refuse(response, { status: 405, why: `a ${request.method}: webhooks come as POST` });
    const body = await readBody(request);
    if (body === null) {
      return refuse(response, { status: 413, why: `a body of more than ${bodyBytesMax / 1024 / 1024} MiB` });
    }
    const at = clock.now();
    const planned = responses[count++ % responses.length] ?? 200;
    const written = logFile === null || (await tryWrite(logFile, logEntry(at, body)));
    const { headers } = request;
    const answered = written ? planned : 500;
    const verification = await verify({ body, headers }, keys, { now: at });
    const summary = summaryOf({ body, headers });
    const duplicate = remember(summary.deliveryId);
    options.onReceived({ at, headers, body, summary, verification, duplicate, answered });
    if (options.delayMs > 0) await pause(options.delayMs, closing.signal);
    answer(response, answered, body.length === 0 || !written ? '' : String(answered));
  }

  async function tryWrite(file: string, entry: Buffer): Promise<boolean> {
    try {
      await write(file, entry);
      return true;
    } catch (error) {
      options.onRefused((error as Error).message);
      return false;
    }
  }

  function remember(id: string | null): boolean {
    if (id === null) return false;
    const known = seen.has(id);
    seen.add(id);
    if (seen.size > idsRememberedMax) seen.delete(seen.values().next().value as string);
    return known;
  }

  function refuse(response: ServerResponse, { status, why }: { status: number; why: string }): void {
    options.onRefused(`Answered ${status} to ${why}.`);
    if (status === 405) response.setHeader('allow', 'POST');
    // The rest of what is sent is not read, so this connection can carry no further request.
    response.setHeader('connection', 'close');
    answer(response, status, `${why}\n`);
  }

  const server = createServer((request, response) => {
    receive(request, response).catch(() => {
      // The sender went away in the middle; there is nobody to answer.
      response.destroy();
    });
  });
  const { address, port } = await listen(server, options);
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}/`,
    async close() {
      closing.abort();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Null where it is larger than the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return null;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  // 204 and 304 have no body, and Node takes it away.
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(body);
}

/** Bodies hold people's names and addresses, so the file is its owner's alone. */
async function write(file: string, entry: Buffer): Promise<void> {
  try {
    await appendFile(file, entry, { mode: 0o600 });
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(`The log file cannot be written: ${why}. Name another with --log FILE.`, { cause });
  }
}

function listen(server: Server, { host, port }: ReceiverOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} at ${host} is taken`
          : `Cannot listen at ${host}, port ${port}`;
      reject(new Error(`${why} (${error.code}). Choose another with --port or --host.`, { cause: error }));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}
