/** A server with a listener, whose every answer is held against its own description. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testNow } from '../../support/build.ts';
import { type Listener, withListener } from '../../support/listener.ts';
import { misfit, type Operation, readOpenapi } from '../../support/openapi.ts';
import { type Answer, type Caller, type Said, type TestServer, withServer } from '../../support/server.ts';

const clock = { now: () => testNow, monotonic: () => performance.now() };
/** 2024-03-15 12:00 UTC, in the account's Stockholm. */
export const now = '2024-03-15T13:00:00+01:00';
export const minute = '2024-03-15T12:00:00+00:00';
const used = new Set<string>();
let described: readonly Operation[] = [];

export interface Scene extends TestServer, Listener {
  /** Of the server; `url` is the listener's. */
  readonly server: string;
  /** Asks, and holds the answer against the description. */
  ask(caller: Caller, method: string, path: string, said?: Said): Promise<Answer>;
}

export function route(name: string, run: (scene: Scene) => Promise<void>): void {
  test(name, () =>
    withServer(
      (server) =>
        withListener(async (listener) => {
          const { document, operations } = await readOpenapi(server.nobody);
          described = operations;
          const ask: Scene['ask'] = async (caller, method, path, said) => {
            const answer = await caller(method, path, said);
            const operation = operationOf(operations, method, path);
            used.add(`${method} ${operation.path}`);
            assert.equal(misfit(document, operation, answer), null);
            return answer;
          };
          await run({ ...server, ...listener, ask, url: listener.url, server: server.url });
        }),
      { clock },
    ),
  );
}

/** Those that are described and that no route has used so far. */
export function unusedOperations(): string[] {
  return described.map(({ method, path }) => `${method} ${path}`).filter((operation) => !used.has(operation));
}

export const scan = {
  time: '2024-03-10T10:00:00+08:00',
  description: 'Arrived at the depot',
  location: 'Shanghai',
  status: 'transit003',
};

/** Of a parcel, those that a shop seldom has. */
export const furtherFields = {
  order_number: null,
  order_date: null,
  customer_phone: null,
  recipient_postcode: null,
  logistics_channel: null,
  note: null,
  label: null,
  language: null,
  ship_date: null,
  lookup_account: null,
  lookup_postcode: null,
  lookup_key: null,
  lookup_origin_country: null,
  lookup_destination_country: null,
};

export async function report({ ask, anna }: Scene, number: string): Promise<string> {
  const updates = [{ tracking_number: number, courier_code: 'dhl', checkpoints: [scan] }];
  const { json } = await ask(anna.owner, 'POST', '/updates', { body: { updates } });
  return json.results[0].tracking_id;
}

export async function until(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
  }
}

function operationOf(operations: readonly Operation[], method: string, path: string): Operation {
  const plain = (path.startsWith('//') ? path.slice(1) : `/api/v1${path}`).split('?', 1)[0] as string;
  const found = operations.find(
    (operation) =>
      operation.method === method &&
      new RegExp(`^${operation.path.replace(/\{\w+\}/, '[^/]+')}$`).test(plain),
  );
  assert.ok(found, `${method} ${plain} is described`);
  return found;
}
