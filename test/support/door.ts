/** The door as the server opens it, on its own: to see what it makes of a receiver without a store behind it. */
import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { systemClock } from '../../src/base/clock.ts';
import type { Exchange } from '../../src/domain/attempt.ts';
import { type Door, type DoorOptions, openDoor } from '../../src/outbound/door.ts';
import { type EgressFiles, readEgress } from '../../src/outbound/egress.ts';
import { makeGuard } from '../../src/outbound/guard.ts';
import type { Scope } from './childServer.ts';

export interface TestDoor {
  readonly door: Door;
  post(url: string, poolKey?: string): Promise<Exchange>;
}

type Options = Partial<
  Pick<DoorOptions, 'connectMsMax' | 'exchangeMsMax'> &
    EgressFiles & {
      readonly allowNetworks: readonly string[];
      readonly lookup: () => Promise<readonly LookupAddress[]>;
    }
>;

export const straight: EgressFiles = { ca: [], clientCert: null, clientKey: null, proxy: null };

export function openTestDoor(t: Scope, options: Options = {}): TestDoor {
  const { allowNetworks = ['127.0.0.0/8'], lookup, connectMsMax, exchangeMsMax, ...files } = options;
  const door = openDoor({
    guard: makeGuard({ allowNetworks, denyNetworks: [], ownInbox: () => null, ...(lookup && { lookup }) }),
    clock: systemClock,
    egress: readEgress({ ...straight, ...files }),
    ...(connectMsMax && { connectMsMax }),
    ...(exchangeMsMax && { exchangeMsMax }),
  });
  t.after(() => door.close());
  return {
    door,
    post: (url, poolKey = 'acc_1') => door.exchange({ poolKey, url, headers: {}, body: '{}' }),
  };
}

export function answered(exchange: Exchange): Extract<Exchange, { kind: 'response' }> {
  assert.equal(exchange.kind, 'response', JSON.stringify(exchange));
  return exchange as Extract<Exchange, { kind: 'response' }>;
}

export function failed(exchange: Exchange): Extract<Exchange, { kind: 'failure' }> {
  assert.equal(exchange.kind, 'failure', JSON.stringify(exchange));
  return exchange as Extract<Exchange, { kind: 'failure' }>;
}
