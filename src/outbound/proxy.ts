/**
 * The operator's outbound HTTP proxy: one CONNECT (RFC 9110, 9.3.6) for each connection, to an address that the guard
 * has judged, never to a name. What the proxy says decides whose failure it is: that it is not there or does not want us
 * is ours and spends no attempt; that it cannot reach the receiver is the receiver's.
 */
import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import { ConnectError, codeOf } from './failure.ts';
import { basicOf } from './url.ts';

export interface OutboundProxy {
  /**
   * A connection through the proxy, on which whatever is written reaches the address.
   * @throws ConnectError
   */
  tunnel(address: string, port: number, signal: AbortSignal): Promise<Socket>;
}

/** A proxy that is silent for so long is down; the rest of a connection's time is for the receiver behind it. */
const reachMsMax = 2500;

/** @param trusted certificate authorities; absent: the system's */
export function makeProxy(url: URL, trusted: readonly string[] | undefined): OutboundProxy {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const authorization = basicOf(url);

  function ask(path: string, signal: AbortSignal): ClientRequest {
    const port = url.port || (isTls ? 443 : 80);
    const options = { host, port, method: 'CONNECT', path, agent: false, signal };
    const headers = { host: path, ...(authorization !== null && { 'proxy-authorization': authorization }) };
    return isTls
      ? requestHttps({ ...options, headers, ca: trusted && [...trusted] })
      : requestHttp({ ...options, headers });
  }

  return {
    tunnel(address, port, signal) {
      const target = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
      return new Promise((resolve, reject) => {
        const asked = ask(target, signal);
        const silent = setTimeout(() => asked.destroy(new Error('it does not answer')), reachMsMax);
        const isThere = () => clearTimeout(silent);
        asked.once('socket', (socket) => socket.once(isTls ? 'secureConnect' : 'connect', isThere));
        asked.once('error', (error: NodeJS.ErrnoException) => {
          isThere();
          const why = error.code === undefined ? error.message : codeOf(error);
          reject(unreachable(url.host, why));
        });
        asked.once('connect', ({ statusCode = 0 }, socket, head) => {
          if (statusCode >= 200 && statusCode < 300) {
            if (head.length > 0) socket.unshift(head);
            resolve(socket as Socket);
            return;
          }
          socket.destroy();
          reject(refused(url.host, statusCode, target));
        });
        asked.end();
      });
    },
  };
}

function unreachable(proxy: string, why: string): ConnectError {
  return new ConnectError(
    'PROXY_UNREACHABLE',
    `The outbound proxy ${proxy} cannot be used: ${why}. Check it and --proxy.`,
  );
}

/** What proxies answer when it is the other side that fails; Squid says 503 for a refused connection. */
const receiverStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

function refused(proxy: string, status: number, target: string): ConnectError {
  if (receiverStatuses.has(status)) {
    return new ConnectError(
      'PROXY_NO_CONNECTION',
      `The outbound proxy ${proxy} got no connection to ${target} (${status}). Check that the receiver is running and listens on this port.`,
    );
  }
  const remedy =
    status === 407
      ? 'Check the user and password in --proxy.'
      : `It must let this server CONNECT to ${target}.`;
  return new ConnectError(
    'PROXY_REFUSED',
    `The outbound proxy ${proxy} refused to connect to ${target} (${status}). ${remedy}`,
  );
}
