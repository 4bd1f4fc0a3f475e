/**
 * Three receivers behind one port. `/steady` always takes what comes, at once: what reaches it late was sent late. `/moody`
 * fails and is slow, and `/older` gets another version. Of every request a line is kept, its body is not.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Scope } from '../../test/support/childServer.ts';

export const PATHS = ['/steady', '/moody', '/older'] as const;
export type Path = (typeof PATHS)[number];

export interface Receipt {
  readonly path: Path;
  /** The delivery's. */
  readonly id: string;
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
const moods = { fails: 0.15, resets: 0.02, slow: 0.1, slowMsMax: 2000 };

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
    const receipt: Receipt = {
      path,
      id: String(headers['webhook-id']),
      number: JSON.parse(Buffer.concat(parts).toString()).data.tracking_number ?? '',
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
    const mood = calm || path !== '/moody' ? 200 : await moody();
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
  if (Math.random() < moods.slow) await pause(Math.random() * moods.slowMsMax);
  const roll = Math.random();
  if (roll < moods.resets) return 'reset';
  return roll < moods.resets + moods.fails ? 500 : 200;
}
