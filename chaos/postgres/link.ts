/**
 * The network between one Waybell process and PostgreSQL: a TCP proxy that can cut connections, refuse them, or hold them
 * still, which is what either side sees of a partition: no data, no end, no reset.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Scope } from '../../test/support/childServer.ts';

export interface Link {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Resets every connection there is. */
  cut(): void;
  /** Whether new connections are reset at once. */
  refuse(refused: boolean): void;
  /** Nothing gets through any more: connections stand still, new ones are not answered. */
  hold(): void;
  /** What stood still goes on where it was. */
  resume(): void;
  /** New connections lead to another server's socket file; those there are stay where they are. */
  turn(target: string): void;
}

type Pair = readonly [near: Socket, far: Socket];

/** @param first the socket file of the server */
export async function openLink(scope: Scope, first: string): Promise<Link> {
  let target = first;
  const pairs = new Set<Pair>();
  let refused = false;
  let held = false;

  const server = createServer((near) => {
    if (refused) return void near.resetAndDestroy();
    const pair: Pair = [near, connect(target)];
    pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed() as unknown as Pair]) {
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (!held) from.resume();
      });
      from.on('end', () => to.end());
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (held) for (const socket of pair) socket.pause();
  });

  function cut(): void {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.after(async () => {
    cut();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    refuse(yes) {
      refused = yes;
    },
    hold() {
      held = true;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    resume() {
      held = false;
      for (const socket of [...pairs].flat()) socket.resume();
    },
    turn(other) {
      target = other;
    },
  };
}
