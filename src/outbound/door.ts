/**
 * The only door out: one POST, one `Exchange`, whatever the receiver does. Redirects are answers like any other and are
 * never followed; nothing a receiver can do is thrown.
 *
 * Each account and origin has its own pool of kept connections, one request at a time on each, so a slow receiver takes
 * no connection from another. Every URL is judged before it is called and every connection when it is opened
 * (`connect.ts`); a kept connection was judged when it was opened and its peer cannot change.
 *
 * This is the hot path: `Pool.dispatch` with one handler object per request. A `fetch` of the same request costs some
 * twenty times as much, `request` twice.
 */
import { Client, type Dispatcher, Pool } from 'undici';
import type { Clock } from '../base/clock.ts';
import { type Exchange, unsentExchange } from '../domain/attempt.ts';
import { limits } from '../domain/limits.ts';
import { type Connect, emptyLine, type Line, makeConnect } from './connect.ts';
import { directEgress, type Egress } from './egress.ts';
import { failureReason } from './failure.ts';
import { type Guard, refusedAddress } from './guard.ts';
import { InFlight, type InFlightShared } from './inFlight.ts';
import { makeTargets, type Target } from './target.ts';

export interface DoorOptions {
  readonly guard: Guard;
  readonly clock: Clock;
  /** How connections leave; straight, where not given. */
  readonly egress?: Egress;
  /** Look-up, TCP and TLS of a new connection. */
  readonly connectMsMax?: number;
  /** Everything, from the call to the last byte of the response that is kept. */
  readonly exchangeMsMax?: number;
  /** Of the body, after decompression. */
  readonly responseBytesMax?: number;
  /** Beyond this the pool that was used least recently is closed, after what it has under way. */
  readonly poolsMax?: number;
  readonly connectionsPerPool?: number;
}

export interface DoorRequest {
  /** Requests of different keys share no connections. */
  readonly poolKey: string;
  /** Requests of different parties do not wait for each other's look-ups; the pool's own where not given. */
  readonly party?: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

export interface Door {
  exchange(request: DoorRequest): Promise<Exchange>;
  /** Ends what is under way as failures that are ours, and closes every connection. */
  close(): Promise<void>;
}

/** A whole exchange, from the look-up of the name to the last byte that is kept. */
export const exchangeMs = 15_000;
/** undici's default where the receiver names no time; a receiver that names one is believed up to a minute. */
const keepAliveMs = 4000;
const keepAliveMsMax = 60_000;
const responseHeadersBytesMax = 16 * 1024;

interface PoolEntry {
  readonly key: string;
  readonly pool: Pool;
  usedAt: number;
}

export function openDoor({
  guard,
  clock,
  egress = directEgress,
  connectMsMax = 5000,
  exchangeMsMax = exchangeMs,
  responseBytesMax = limits.responseBytesMax,
  poolsMax = 500,
  connectionsPerPool = 64,
}: DoorOptions): Door {
  const shared: InFlightShared = { clock, exchangeMsMax, connectMsMax, responseBytesMax };
  const targets = makeTargets(guard);
  const pools = new Map<string, PoolEntry>();
  const retiring = new Set<Pool>();
  const stopping = new AbortController();

  function poolFor({ poolKey, party = poolKey }: DoorRequest, target: Target): Pool {
    const key = `${poolKey} ${target.poolName}`;
    let entry = pools.get(key);
    if (entry === undefined) {
      if (pools.size >= poolsMax) retireOldest();
      entry = { key, pool: makePool(target, party), usedAt: 0 };
      pools.set(key, entry);
    }
    entry.usedAt = clock.monotonic();
    return entry.pool;
  }

  function makePool({ origin, inbox }: Target, party: string): Pool {
    const connect = makeConnect({
      ...{ guard, party, clock, connectMsMax, egress, inbox, signal: stopping.signal },
    });
    return new Pool(origin, {
      factory: (url, options) => new LineClient(url, options, connect),
      connections: connectionsPerPool,
      pipelining: 1,
      allowH2: false,
      // One timer per exchange covers all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMsMax,
      maxHeaderSize: responseHeadersBytesMax,
    });
  }

  /** A scan, but only when a pool is made: nothing needs to be kept in order on the way of every request. */
  function retireOldest(): void {
    let oldest: PoolEntry | null = null;
    for (const entry of pools.values()) if (oldest === null || entry.usedAt < oldest.usedAt) oldest = entry;
    if (oldest === null) return;
    const { key, pool } = oldest;
    pools.delete(key);
    retiring.add(pool);
    void pool.close().finally(() => retiring.delete(pool));
  }

  return {
    exchange(asked) {
      const { url, headers, body } = asked;
      if (stopping.signal.aborted) {
        return Promise.resolve(
          unsentExchange('DOOR_CLOSED', failureReason('DOOR_CLOSED', { host: url }), true),
        );
      }
      const target = targets.of(url);
      if (!target.ok) {
        const code = target.code === 'url_refused' ? refusedAddress : 'URL_INVALID';
        return Promise.resolve(unsentExchange(code, target.reason, false));
      }
      const request: Dispatcher.DispatchOptions = {
        path: target.path,
        method: 'POST',
        headers: target.authorization === null ? headers : withAuthorization(headers, target.authorization),
        body,
      };
      const order = { pool: poolFor(asked, target), request, host: target.host };
      return new Promise((resolve) => {
        new InFlight(shared, order, resolve).send();
      });
    },
    async close() {
      stopping.abort();
      const all = [...[...pools.values()].map(({ pool }) => pool), ...retiring];
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}

/** A client is one connection at a time; it tells its requests about it. */
class LineClient extends Client {
  readonly #line: Line;

  constructor(origin: URL, options: Client.Options, connect: Connect) {
    const line = emptyLine();
    super(origin, { ...options, connect: (asked, callback) => connect(line, asked, callback) });
    this.#line = line;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof InFlight) handler.line = this.#line;
    return super.dispatch(options, handler);
  }
}

/** A header that the merchant set wins over the credentials in the URL. */
function withAuthorization(headers: Record<string, string>, authorization: string): Record<string, string> {
  const isSet = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return isSet ? headers : { ...headers, authorization };
}
