/**
 * A webhook receiver on this machine that plays a script (`[500, 'timeout', 'reset', 200]`) and keeps every request it
 * got, in the order of arrival. It is a real server on a real port: what it sees is what a merchant would.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scope } from './childServer.ts';
import { until } from './until.ts';

/** A status; or no answer until the sender hangs up; or a connection that is broken off. */
export type Answer = number | 'timeout' | 'reset';
/** An answer, or what decides on one when the request is there. */
export type Step = Answer | ((heard: Heard, response: ServerResponse) => Answer | Promise<Answer>);

export interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it arrived, byte for byte. */
  readonly body: Buffer;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly revision: number;
  /** The tracking number in the body; empty where it has none. */
  readonly number: string;
  /** Arrivals and answers are counted together, so that one can be told to have come before the other. */
  readonly arrivedAt: number;
  /** Null while it is not answered. */
  answer: Answer | null;
  answeredAt: number | null;
}

export interface ScriptedReceiver {
  /** Without a path. */
  readonly url: string;
  /** Everything that came, in order. */
  readonly heard: readonly Heard[];
  /** The most requests that were held at the same time. */
  readonly heldMost: number;
  /** Steps for the next requests, whatever they are about; after them `answer` holds. */
  play(...steps: readonly Step[]): void;
  /** Steps for the next requests about one parcel; they go before all others. */
  playFor(number: string, ...steps: readonly Step[]): void;
  /** What is answered when no script says otherwise; 200 at first. */
  answer(step: Step): void;
  /** Resolves when so many requests have come that fit. */
  hears(count: number, fits?: (heard: Heard) => boolean): Promise<readonly Heard[]>;
  /** Resolves when something of each of these parcels was answered 200. */
  accepts(numbers: Iterable<string>): Promise<void>;
  /** Connections are refused until `open`. */
  close(): Promise<void>;
  /** Listens again, on the same port. */
  open(): Promise<void>;
}

export async function openScriptedReceiver(t: Scope, ...script: readonly Step[]): Promise<ScriptedReceiver> {
  const heard: Heard[] = [];
  const steps: Step[] = [...script];
  const stepsFor = new Map<string, Step[]>();
  let otherwise: Step = 200;
  let ticks = 0;
  let held = 0;
  let heldMost = 0;
  let port = 0;

  const server = createServer(async (request, response) => {
    const arrivedAt = ticks++;
    held++;
    heldMost = Math.max(heldMost, held);
    response.once('close', () => held--);
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      // The sender died in the middle of its request: nothing has arrived.
      return;
    }
    const body = Buffer.concat(parts);
    const { headers, url = '' } = request;
    const one: Heard = {
      path: url,
      headers,
      body,
      id: String(headers['webhook-id'] ?? ''),
      revision: Number(headers['waybell-revision'] ?? Number.NaN),
      number: numberIn(body),
      arrivedAt,
      answer: null,
      answeredAt: null,
    };
    heard.push(one);
    const step = stepsFor.get(one.number)?.shift() ?? steps.shift() ?? otherwise;
    const answer = typeof step === 'function' ? await step(one, response) : step;
    one.answer = answer;
    one.answeredAt = ticks++;
    if (answer === 'timeout' || response.writableEnded) return;
    if (answer === 'reset') response.destroy();
    else
      response
        .writeHead(answer, { 'content-type': 'text/plain' })
        .end(answer === 204 ? undefined : String(answer));
  });
  // Only the sender's own limits are at work.
  server.requestTimeout = 0;
  server.headersTimeout = 0;

  async function open(): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  await open();
  t.after(close);
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    get heldMost() {
      return heldMost;
    },
    play: (...more) => void steps.push(...more),
    playFor: (number, ...more) => void stepsFor.set(number, [...(stepsFor.get(number) ?? []), ...more]),
    answer(step) {
      otherwise = step;
    },
    hears(count, fits = () => true) {
      return until(`${count} requests came`, () => {
        const fitting = heard.filter(fits);
        return fitting.length >= count && fitting;
      });
    },
    async accepts(numbers) {
      const expected = [...numbers];
      await until('what was owed arrived', () => {
        const accepted = new Set(heard.filter(({ answer }) => answer === 200).map(({ number }) => number));
        return expected.every((number) => accepted.has(number));
      });
    },
    close,
    open,
  };
}

/** The `data` of a body, cut out of the bytes as they arrived. */
export function dataIn(body: Buffer, version: 'v2' | 'v3' | 'v4' | 'standard'): Buffer {
  const key = Buffer.from('"data":');
  const from = body.indexOf(key) + key.length;
  const after = { v2: ',"verifyInfo":{', v3: ',"verify":{', v4: '}', standard: '}' }[version];
  return body.subarray(from, body.lastIndexOf(after));
}

/** First receipts of each parcel at a path, as revisions in the order of their arrival. */
export function firstReceipts(heard: readonly Heard[], path: string): Map<string, readonly Heard[]> {
  const parcels = new Map<string, Heard[]>();
  const seen = new Set<string>();
  for (const one of heard) {
    if (one.path !== path || seen.has(one.id)) continue;
    seen.add(one.id);
    const parcel = parcels.get(one.number);
    if (parcel === undefined) parcels.set(one.number, [one]);
    else parcel.push(one);
  }
  return parcels;
}

function numberIn(body: Buffer): string {
  try {
    return JSON.parse(body.toString('utf8')).data.tracking_number ?? '';
  } catch {
    return '';
  }
}
