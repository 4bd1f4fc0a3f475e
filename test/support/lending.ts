/**
 * A stand-in for a pooler in transaction mode, for machines without PgBouncer: it refuses options at a connection's start,
 * makes up the server's process number, and after every transaction has the session forget all (`discard all`): settings,
 * prepared statements, session locks, temporary tables.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderOf } from './postgres.ts';

export interface Lender {
  /** The URL of the same database through it. */
  through(url: string): string;
  stop(): Promise<void>;
}

const socketName = '.s.PGSQL.5432';

/** @param url of any database of the server */
export async function startLender(url: string): Promise<Lender> {
  const server = folderOf(url);
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-lender-'));
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(path.join(server, socketName));
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      open.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    lend(client, upstream);
  });
  proxy.listen(path.join(folder, socketName));
  await once(proxy, 'listening');
  return {
    through: (direct) => direct.replace(encodeURIComponent(server), encodeURIComponent(folder)),
    async stop() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function lend(client: Socket, upstream: Socket): void {
  /** Of what was sent on and is not answered yet. */
  let asked = 1;
  let forgetting = false;
  let held: Buffer[] = [];

  function ask(message: Buffer): void {
    if (forgetting) {
      held.push(message);
      return;
    }
    if (isOneOf(message, 'QS')) asked++;
    upstream.write(message);
  }

  function answer(message: Buffer): void {
    if (isOneOf(message, 'K')) message.writeInt32BE(message.readInt32BE(5) + 1_000_000, 5);
    if (!forgetting) client.write(message);
    if (!isOneOf(message, 'Z')) return;
    if (forgetting) {
      forgetting = false;
      const waiting = held;
      held = [];
      waiting.forEach(ask);
      return;
    }
    asked--;
    if (asked > 0 || message.toString('latin1', 5) !== 'I') return;
    forgetting = true;
    upstream.write(discardAll);
  }

  const later = messagesOf(ask);
  client.once('data', (startup: Buffer) => {
    if (startup.includes('\0options\0')) {
      client.end(refusal('unsupported startup parameter: options'));
      return;
    }
    upstream.write(startup);
    client.on('data', later);
  });
  upstream.on('data', messagesOf(answer));
}

/** Cuts a stream into messages: a letter, and a length that counts itself. */
export function messagesOf(take: (message: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1);
      if (rest.length < end) return;
      take(Buffer.from(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
  };
}

export function isOneOf(message: Buffer, letters: string): boolean {
  return letters.includes(String.fromCharCode(message[0] as number));
}

function messageOf(letter: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(body));
  return Buffer.concat([Buffer.from(letter), length, Buffer.from(body)]);
}

const discardAll = messageOf('Q', 'discard all\0');

function refusal(message: string): Buffer {
  return messageOf('E', `SFATAL\0C08P01\0M${message}\0\0`);
}
