/**
 * What each version answers while the server is in trouble: a list is asked for while requests are beyond the limit, the account is
 * suspended, the store is away, something fails that nobody expected, and the server stops.
 */
import { connect } from 'node:net';
import { mock } from 'node:test';
import { StoreUnavailable } from '../../src/store/store.ts';
import { testNow } from '../support/build.ts';
import { type TestServer, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

export const versions = ['v2', 'v3', 'v4'] as const;

export interface Trouble {
  readonly name: string;
  readonly request: { readonly method: 'GET'; readonly path: string };
  readonly response: { readonly status: number; readonly retryAfter: string | null; readonly body: unknown };
}

export async function playTroubles(): Promise<readonly Trouble[]> {
  const played: Trouble[] = [];
  for (const version of versions) {
    const path = `/${version}/trackings/get`;
    const told = (name: string, response: Trouble['response']) =>
      played.push({ name, request: { method: 'GET', path }, response });
    told('more requests than the limit', await limited(path));
    let stopping: { readonly answered: Promise<Trouble['response']> } | undefined;
    await withServer(
      async (server) => {
        const { anna, operator, store } = server;
        const suspend = (suspended: boolean) =>
          operator('PATCH', `/accounts/${anna.account.id}`, { body: { suspended } });
        await suspend(true);
        told('the account is suspended', await ask(server, path));
        await suspend(false);
        const { trackings } = store;
        const failWith = (error: Error) => Object.assign(store, { trackings: () => Promise.reject(error) });
        failWith(new StoreUnavailable('The disk is full.', null));
        told('the store is away', await ask(server, path));
        failWith(new Error('a secret'));
        told('something fails', await ask(server, path));
        Object.assign(store, { trackings });
        stopping = await askWhileStopping(server, path);
      },
      {},
      { drainSeconds: 60 },
    );
    told('the server stops', (await stopping?.answered) as Trouble['response']);
  }
  return played;
}

async function ask({ anna }: TestServer, path: string): Promise<Trouble['response']> {
  const { status, headers, json } = await anna.member('GET', `/${path}`);
  return { status, retryAfter: headers.get('retry-after'), body: json };
}

/** The first answer that is another than those before. */
async function limited(path: string): Promise<Trouble['response']> {
  // Counting stands still, however long the requests take.
  mock.timers.enable({ apis: ['Date'], now: testNow });
  try {
    let last: Trouble['response'] | undefined;
    await withServer(
      async (server) => {
        const first = await ask(server, path);
        last = await until('a refusal', async () => {
          const next = await ask(server, path);
          return JSON.stringify(next) === JSON.stringify(first) ? null : next;
        });
      },
      {},
      { trackingmoreRateLimits: true },
    );
    return last as Trouble['response'];
  } finally {
    mock.timers.reset();
  }
}

/**
 * A request is held up in the store over an open connection; once nobody new is let in, the next one is sent behind it.
 * Resolves as soon as the first is there: the server is to be stopped then.
 */
async function askWhileStopping({ url, store, anna }: TestServer, path: string) {
  const { hostname, port } = new URL(url);
  const to = { host: hostname, port: Number(port) };
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const { trackings } = store;
  Object.assign(store, {
    async trackings(...asked: Parameters<typeof trackings>) {
      hold();
      await released;
      return trackings(...asked);
    },
  });
  const socket = connect(to);
  let received = '';
  socket.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  const request = `GET ${path} HTTP/1.1\r\nhost: waybell\r\ntracking-api-key: ${anna.member.key}\r\n\r\n`;
  socket.write(request);
  await held;
  const isClosed = (): Promise<boolean> =>
    new Promise((resolve) => {
      const other = connect(to);
      other.on('error', () => resolve(true));
      other.on('connect', () => {
        other.destroy();
        resolve(false);
      });
    });
  const answered = async (): Promise<Trouble['response']> => {
    await until('nobody new is let in', isClosed);
    socket.write(request);
    release();
    await until('the connection ends', () => socket.destroyed);
    const [, head = '', body = ''] = /^.*(HTTP\/1\.1 .*?)\r\n\r\n(.*)$/s.exec(received) ?? [];
    return {
      status: Number(head.split(' ')[1]),
      retryAfter: /^retry-after: (.*)$/im.exec(head)?.[1]?.trim() ?? null,
      body: JSON.parse(body),
    };
  };
  return { answered: answered() };
}
