/** An HTTP proxy on this machine that only knows CONNECT: it notes what it was asked for and carries the bytes. */
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Pair } from './certificates.ts';
import type { Scope } from './childServer.ts';

export interface Tunnel {
  readonly port: number;
  /** `address:port` of every CONNECT, in order. */
  readonly asked: readonly string[];
  /** The `proxy-authorization` of the last. */
  readonly authorization: string | undefined;
}

export interface TunnelOptions {
  /** Speaks TLS itself. */
  readonly tls?: Pair;
  /** Answers with this status and carries nothing; null: no answer at all. */
  readonly status?: number | null;
  /** Any free one, where not given. */
  readonly port?: number;
  /** Where a CONNECT to an address really goes; without it, where it says. */
  readonly route?: Readonly<Record<string, number>>;
}

export async function openTunnel(
  t: Scope,
  { tls, status = 200, port = 0, route = {} }: TunnelOptions = {},
): Promise<Tunnel> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let authorization: string | undefined;
  const server = tls === undefined ? createHttp() : createHttps(tls);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const target = request.url ?? '';
    asked.push(target);
    authorization = request.headers['proxy-authorization'];
    if (status === null) return;
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const { hostname, port: wanted } = new URL(`http://${target}`);
    const onward = connect(
      route[target] === undefined
        ? { host: hostname.replace(/^\[|\]$/g, ''), port: Number(wanted || 80) }
        : { host: '127.0.0.1', port: route[target] },
    );
    sockets.add(onward);
    onward.on('error', () => socket.end('HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n'));
    socket.on('error', () => onward.destroy());
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    get authorization() {
      return authorization;
    },
  };
}
