/** Receivers that do what a receiver should not, each on its own port, over plain sockets so that nothing is tidied up. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Scope } from './childServer.ts';

/** What is done with one request after its head and body were read. */
export type Misdeed = (socket: Socket) => void;

const head = 'HTTP/1.1 200 OK\r\n';
const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));
const kibibyte = 'x'.repeat(1024);

export const misdeeds = {
  'no answer': () => {},
  'one byte a second': (socket) => {
    drip(socket, `${head}content-length: 2\r\n\r\nok`);
  },
  'an endless body': (socket) => {
    socket.write(`${head}\r\n`);
    pour(socket, Buffer.alloc(64 * 1024, 'x'));
  },
  'an endless chunked body': (socket) => {
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    pour(socket, Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`));
  },
  'a gzip bomb': (socket) => {
    socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  },
  'a reset instead of an answer': (socket) => socket.resetAndDestroy(),
  'a reset within the head': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-', () => setTimeout(() => socket.resetAndDestroy(), 10));
  },
  'a reset after the head': (socket) => {
    socket.write(`${head}content-length: 10\r\n\r\n`, () => setTimeout(() => socket.resetAndDestroy(), 10));
  },
  'a half-closed connection': (socket) => socket.end(),
  '100 KiB of headers': (socket) => {
    socket.write(head);
    for (let index = 0; index < 100; index++) socket.write(`x-${index}: ${kibibyte}\r\n`);
    socket.write('content-length: 0\r\n\r\n');
  },
  'a header that does not end': (socket) => {
    socket.write(`${head}x-long: `);
    pour(socket, Buffer.alloc(16 * 1024, 'x'));
  },
  'a flood of informational responses': (socket) => {
    pour(socket, Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(500)));
  },
  'a length that is too long': (socket) => socket.end(`${head}content-length: 100\r\n\r\nok`),
  'a length that is too short': (socket) => {
    socket.write(`${head}content-length: 1\r\n\r\nok and some more`);
  },
  'two lengths': (socket) => {
    socket.write(`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nok`);
  },
  'a switch of protocols': (socket) => {
    socket.write('HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
  },
  'no HTTP at all': (socket) => socket.end('220 mail.example ready\r\n'),
  'HTTP/1.0': (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nfine'),
  'a redirect to itself': (socket) => {
    socket.write('HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n');
  },
} as const satisfies Record<string, Misdeed>;

export type MisdeedName = keyof typeof misdeeds;

export interface Hostile {
  readonly url: string;
  /** Connections that are open now. */
  readonly open: number;
  /** Requests so far. */
  readonly requests: number;
}

export async function openHostile(t: Scope, name: MisdeedName): Promise<Hostile> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      // The requests of these tests are small and come in one piece, their body being the last of it.
      if (!chunk.includes('\r\n\r\n')) return;
      requests++;
      misdeeds[name](socket);
    });
  });
  server.listen(0, '127.0.0.1', 2048);
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    get open() {
      return sockets.size;
    },
    get requests() {
      return requests;
    },
  };
}

/** As fast as the other side reads, until it hangs up. */
function pour(socket: Socket, what: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(what));
  };
  socket.on('drain', more);
  more();
}

function drip(socket: Socket, text: string): void {
  let index = 0;
  const timer = setInterval(() => socket.write(text.charAt(index++) || 'x'), 1000);
  socket.once('close', () => clearInterval(timer));
}
