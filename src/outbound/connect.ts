/**
 * Opens the connections of one pool, which is one origin. A literal host is judged itself, since no look-up is ever made
 * for it; a name is resolved once, every address judged, and the connection goes to addresses of that very answer; and
 * the peer that was reached is judged again before a byte of the request leaves. Behind a proxy the peer is the proxy;
 * there it is the judged address that the proxy is asked for. A pool of the server's own inbox asks no name server,
 * passes by the proxy and connects to that one address and port.
 */
import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { Egress } from './egress.ts';
import { ConnectError } from './failure.ts';
import { type Guard, type Resolution, refusedAddress } from './guard.ts';
import type { OutboundProxy } from './proxy.ts';
import type { Endpoint } from './url.ts';

/** One connection as its requests see it; of the last try while there is none. */
export interface Line {
  dnsMs: number | null;
  connectMs: number | null;
  address: string | null;
  socket: Socket | null;
  /** Requests written to this connection so far. */
  requests: number;
}

export function emptyLine(): Line {
  return { dnsMs: null, connectMs: null, address: null, socket: null, requests: 0 };
}

export interface ConnectOptions {
  readonly guard: Guard;
  /** Whose look-ups these are. */
  readonly party: string;
  readonly clock: Clock;
  /** Covers the look-up, TCP and TLS. */
  readonly connectMsMax: number;
  readonly egress: Egress;
  /** For pools of the server's own inbox. */
  readonly inbox: Endpoint | null;
  /** Ends the attempts under way: the door is closing. */
  readonly signal: AbortSignal;
}

/** Makes the connection that a client asks for and writes down in `line` how it went. */
export type Connect = (line: Line, asked: buildConnector.Options, callback: buildConnector.Callback) => void;

/** Addresses of one name that are tried, and the pause before the next is tried beside a silent one. */
const addressesTriedMax = 8;
const nextAddressMs = 500;

export function makeConnect({
  guard,
  party,
  clock,
  connectMsMax,
  egress: { tls, proxy },
  inbox,
  signal,
}: ConnectOptions): Connect {
  let answer: Extract<Resolution, { ok: true }>['addresses'] = [];
  let resolving: Promise<Resolution> | null = null;
  const open = buildConnector({
    allowH2: false,
    timeout: 0,
    ...(tls !== null && { secureContext: tls }),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: nextAddressMs,
    // Never asks anybody: the answer was judged before this is called, and a pool has one name only.
    lookup: (_hostname, options, callback) => {
      const first = answer[0];
      if (first === undefined) callback(new ConnectError('ENOTFOUND'), '', 0);
      else if (options.all) callback(null, answer.slice(0, addressesTriedMax));
      else callback(null, first.address, first.family);
    },
  });

  /** Connections that are opened together share a look-up; the next ones make their own. */
  function resolve(hostname: string): Promise<Resolution> {
    resolving ??= guard.resolveAndJudge(hostname, party).finally(() => {
      resolving = null;
    });
    return resolving;
  }

  function peerRefusal({ remoteAddress, remotePort }: Socket): ConnectError | null {
    if (remoteAddress === undefined) return new ConnectError('ECONNRESET');
    if (inbox !== null) {
      const same = remoteAddress === inbox.host && remotePort === inbox.port;
      return same ? null : new ConnectError(refusedAddress, `${remoteAddress} is not this server's inbox.`);
    }
    const verdict = guard.judgeAddress(remoteAddress);
    return verdict.ok ? null : new ConnectError(refusedAddress, verdict.reason);
  }

  return (line, asked, callback) => {
    const startedAt = clock.monotonic();
    Object.assign(line, emptyLine());
    const through = inbox === null ? proxy : null;
    const giveUp = new AbortController();
    let socket: Socket | null = null;
    let ended = false;
    const stop = (): void => end(new ConnectError('DOOR_CLOSED'));
    const timer = setTimeout(() => end(new ConnectError('TIMEOUT_CONNECT')), connectMsMax);
    signal.addEventListener('abort', stop);

    function end(error: Error | null): void {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error === null && socket !== null) {
        line.socket = socket;
        callback(null, socket);
      } else {
        socket?.destroy();
        giveUp.abort();
        callback(error ?? new ConnectError('ECONNRESET'), null);
      }
    }

    function connect(target: buildConnector.Options, tunnel: Socket | null = null): void {
      const connectAt = clock.monotonic();
      try {
        const made: unknown = open(
          tunnel === null ? target : { ...target, httpSocket: tunnel },
          (error, connected) => {
            if (error !== null) return end(error);
            // Of a tunnel, the time to get there is counted already.
            line.connectMs = (line.connectMs ?? 0) + clock.monotonic() - connectAt;
            end(tunnel === null ? peerRefusal(connected) : null);
          },
        );
        // undici returns the socket although its types do not say so; it is needed to end an attempt that takes too
        // long, and to name the peer of a connection whose TLS fails.
        const opening = made as Socket;
        socket = opening;
        if (tunnel !== null) return;
        opening.once('connect', () => {
          line.address = opening.remoteAddress ?? null;
        });
      } catch (error) {
        end(error as Error);
      }
    }

    /** Tries one address after the other, which is what a proxy leaves us; all were judged. */
    async function connectThrough(by: OutboundProxy, addresses: readonly string[]): Promise<void> {
      const isTls = asked.protocol === 'https:';
      const port = Number(asked.port || (isTls ? 443 : 80));
      let failed: Error | null = null;
      for (const address of addresses.slice(0, addressesTriedMax)) {
        if (ended) return;
        const connectAt = clock.monotonic();
        try {
          line.address = address;
          const tunnel = await by.tunnel(address, port, giveUp.signal);
          socket = tunnel;
          if (ended) {
            tunnel.destroy();
            return;
          }
          line.connectMs = clock.monotonic() - connectAt;
          if (isTls) connect(asked, tunnel);
          else end(null);
          return;
        } catch (error) {
          failed = error as Error;
          if (!(error instanceof ConnectError) || error.code !== 'PROXY_NO_CONNECTION') break;
        }
      }
      end(failed ?? new ConnectError('ENOTFOUND'));
    }

    function connectTo(addresses: readonly string[]): void {
      if (through === null) connect(asked);
      else void connectThrough(through, addresses);
    }

    if (inbox !== null) return connect({ ...asked, hostname: inbox.host, port: String(inbox.port) });
    if (isIP(asked.hostname) !== 0) {
      const verdict = guard.judgeAddress(asked.hostname);
      return verdict.ok ? connectTo([asked.hostname]) : end(new ConnectError(refusedAddress, verdict.reason));
    }
    void resolve(asked.hostname).then((resolution) => {
      if (ended) return;
      line.dnsMs = clock.monotonic() - startedAt;
      if (!resolution.ok) return end(new ConnectError(resolution.code, resolution.reason));
      answer = resolution.addresses;
      connectTo(answer.map(({ address }) => address));
    });
  };
}
