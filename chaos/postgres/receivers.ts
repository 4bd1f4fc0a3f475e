/**
 * Four receivers behind one port. `/steady` always takes what comes, at once: what reaches it late was sent late. `/moody`
 * fails and is slow, `/older` gets another version, and `/strict` fails and is tried twice only. Of every request a line is
 * kept, its body is not.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Scope } from '../../test/support/childServer.ts';

export const PATHS = ['/steady', '/moody', '/older', '/strict'] as const;
export type Path = (typeof PATHS)[number];

/** After so many attempts a delivery is parked; where none is given, after so many that it never is. */
export const ATTEMPTS_MAX: Readonly<Partial<Record<Path, number>>> = { '/strict': 2 };

export interface Receipt {
  readonly path: Path;
  /** The delivery's. */
  readonly id: string;
  /** Empty for what is of no parcel. */
  readonly trackingId: string;
  readonly number: string;
  readonly revision: number;
  /** Which start of which process made the request, and when: epoch milliseconds, of the same machine. */
  readonly sender: string;
  readonly begunAt: number;
  readonly arrivedAt: number;
  /** Arrivals and answers are counted together: which of two came first. */
  readonly arrival: number;
  /** All three are null while it is not answered. `gone`: the sender had hung up by then. */
  answered: number | null;
  answeredAt: number | null;
  answer: number | 'reset' | 'gone' | null;
}

export interface Receivers {
  /** Without a path. */
  readonly url: string;
  /** In the order of arrival. */
  readonly receipts: readonly Receipt[];
  /** From now on everything is taken at once. */
  calm(): void;
}

/** Shares of the answers of `/moody`, and how long it takes for some. */
const moodiness = { fails: 0.15, resets: 0.02, slow: 0.1, slowMsMax: 2000 };
const strictFails = 0.3;

const moods: Readonly<Partial<Record<Path, () => Promise<number | 'reset'>>>> = {
  '/moody': moody,
  '/strict': async () => (Math.random() < strictFails ? 500 : 200),
};

export async function openReceivers(scope: Scope): Promise<Receivers> {
  const receipts: Receipt[] = [];
  let ticks = 0;
  let calm = false;

  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      // The sender died in the middle of its request: nothing has arrived.
      return;
    }
    const { headers } = request;
    const path = request.url as Path;
    const { data } = JSON.parse(Buffer.concat(parts).toString());
    const receipt: Receipt = {
      path,
      id: String(headers['webhook-id']),
      trackingId: data.tracking_number === undefined ? '' : trackingIdOf(data.id),
      number: data.tracking_number ?? '',
      revision: Number(headers['waybell-revision'] ?? Number.NaN),
      sender: String(headers['chaos-process']),
      begunAt: Number(headers['chaos-begun-at']),
      arrivedAt: Date.now(),
      arrival: ticks++,
      answered: null,
      answeredAt: null,
      answer: null,
    };
    receipts.push(receipt);
    const mood = calm ? 200 : await (moods[path]?.() ?? 200);
    const answer = request.socket.destroyed ? 'gone' : mood;
    Object.assign(receipt, { answer, answered: ticks++, answeredAt: Date.now() });
    if (answer === 'gone') return;
    if (answer === 'reset') response.destroy();
    else response.writeHead(answer).end();
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receipts,
    calm() {
      calm = true;
    },
  };
}

async function moody(): Promise<number | 'reset'> {
  if (Math.random() < moodiness.slow) await pause(Math.random() * moodiness.slowMsMax);
  const roll = Math.random();
  if (roll < moodiness.resets) return 'reset';
  return roll < moodiness.resets + moodiness.fails ? 500 : 200;
}

/** Version 2 has it without the prefix. */
function trackingIdOf(id: string): string {
  return id.startsWith('trk_') ? id : `trk_${id}`;
}
