/**
 * Opens the connections of one pool, which is one origin. A literal host is judged itself, since no look-up is ever made
 * for it; a name is resolved once, every address judged, and the connection goes to addresses of that very answer; and
 * the peer that was reached is judged again before a byte of the request leaves. A pool of the server's own inbox
 * asks no name server and connects to that one address and port.
 */
import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { Clock } from '../base/clock.ts';
import { type Guard, type Resolution, refusedAddress } from './guard.ts';
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
  readonly clock: Clock;
  /** Covers the look-up, TCP and TLS. */
  readonly connectMsMax: number;
  /** For pools of the server's own inbox. */
  readonly inbox: Endpoint | null;
  /** Ends the attempts under way: the door is closing. */
  readonly signal: AbortSignal;
}

/** Makes the connection that a client asks for and writes down in `line` how it went. */
export type Connect = (line: Line, asked: buildConnector.Options, callback: buildConnector.Callback) => void;

/** An expected end of a connection attempt, with the words of whoever decided it where they are better than the code's. */
export class ConnectError extends Error {
  readonly code: string;
  readonly reason: string | null;

  constructor(code: string, reason: string | null = null) {
    super(reason ?? code);
    this.code = code;
    this.reason = reason;
  }
}

/** Addresses of one name that are tried, and the pause before the next is tried beside a silent one. */
const addressesTriedMax = 8;
const nextAddressMs = 500;

export function makeConnect({ guard, clock, connectMsMax, inbox, signal }: ConnectOptions): Connect {
  let answer: Extract<Resolution, { ok: true }>['addresses'] = [];
  let resolving: Promise<Resolution> | null = null;
  const open = buildConnector({
    allowH2: false,
    timeout: 0,
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
    resolving ??= guard.resolveAndJudge(hostname).finally(() => {
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
        callback(error ?? new ConnectError('ECONNRESET'), null);
      }
    }

    function connect(target: buildConnector.Options): void {
      const connectAt = clock.monotonic();
      try {
        const made: unknown = open(target, (error, connected) => {
          if (error !== null) return end(error);
          line.connectMs = clock.monotonic() - connectAt;
          end(peerRefusal(connected));
        });
        // undici returns the socket although its types do not say so; it is needed to end an attempt that takes too
        // long, and to name the peer of a connection whose TLS fails.
        const opening = made as Socket;
        socket = opening;
        opening.once('connect', () => {
          line.address = opening.remoteAddress ?? null;
        });
      } catch (error) {
        end(error as Error);
      }
    }

    if (inbox !== null) return connect({ ...asked, hostname: inbox.host, port: String(inbox.port) });
    if (isIP(asked.hostname) !== 0) {
      const verdict = guard.judgeAddress(asked.hostname);
      return verdict.ok ? connect(asked) : end(new ConnectError(refusedAddress, verdict.reason));
    }
    void resolve(asked.hostname).then((resolution) => {
      if (ended) return;
      line.dnsMs = clock.monotonic() - startedAt;
      if (!resolution.ok) return end(new ConnectError(resolution.code, resolution.reason));
      answer = resolution.addresses;
      connect(asked);
    });
  };
}
