/** A receiver on this machine that answers as it is told and keeps what it got. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Listener {
  readonly url: string;
  /** What came, in order. */
  readonly heard: readonly Heard[];
  /** The status of answers from now on; null: none until another is set. */
  answer(status: number | null): void;
  /** Resolves when that many requests have come. */
  hears(count: number): Promise<void>;
}

export async function withListener(run: (listener: Listener) => Promise<void>): Promise<void> {
  const heard: Heard[] = [];
  let status: number | null = 200;
  let held: (() => void)[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    heard.push({ path: request.url ?? '', headers: request.headers, body });
    for (const wake of waiting.splice(0)) wake();
    const reply = () => response.writeHead(status ?? 200, { 'x-receiver': 'test' }).end(`said ${status}`);
    if (status === null) held.push(reply);
    else reply();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
      heard,
      answer(next) {
        status = next;
        if (next !== null) for (const reply of held.splice(0)) reply();
      },
      async hears(count) {
        while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      },
    });
  } finally {
    held = [];
    waiting = [];
    server.closeAllConnections();
    server.close();
  }
}
