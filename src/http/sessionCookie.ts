/**
 * The cookie of who is signed in: a token of 256 random bits, signed by a secret of the store, so that what was never given out
 * costs no look there. Nothing is set for who is not signed in. The cookie alone is no permission to change anything: a browser
 * sends it with whatever a page makes it send, so such a request also has to say that it comes from a page of this server.
 */
import fastifyCookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, problem } from '../domain/error.ts';
import type { Api } from './route.ts';

export interface SessionCookie {
  /** The token that the browser holds; null: none of ours. */
  read(request: FastifyRequest): string | null;
  set(request: FastifyRequest, reply: FastifyReply, token: string): void;
  clear(request: FastifyRequest, reply: FastifyReply): void;
  /** @throws AppError `forbidden` where a request of a browser comes from another site's page, or does not tell */
  checkSameOrigin(request: FastifyRequest): void;
  /** The same of a request that needs no cookie: one that does not come from a browser tells nothing. */
  checkNotForeign(request: FastifyRequest): void;
}

export interface SessionCookieOptions {
  readonly secret: string;
  /** Where the server is reached from outside; null: nobody said. */
  readonly publicUrl: string | null;
  readonly maxAgeMs: number;
}

/** Of the store: what cookies are signed by. */
export const secretNote = 'session-secret';

const name = 'waybell_session';
/** Of the whole header. What is longer is not ours, and would cost time to take apart. */
const headerCharsMax = 16 * 1024;

const foreign =
  'This request is authorised by a cookie and does not say that it comes from a page of this server: it needs `Sec-Fetch-Site: same-origin`, or an `Origin` that is this host. Send an API key instead where it is a program that asks; behind a proxy, let it pass `Host` on or set `--public-url`.';

/** Cookies are read and written here alone: no other request pays for them. */
export async function addSessionCookie(
  server: Api,
  { secret, publicUrl, maxAgeMs }: SessionCookieOptions,
): Promise<SessionCookie> {
  await server.register(fastifyCookie, { secret, hook: false });
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;

  function write(request: FastifyRequest, reply: FastifyReply, [value, maxAge]: [string, number]): void {
    reply.header(
      'set-cookie',
      server.serializeCookie(name, value, {
        ...{ path: '/', httpOnly: true, sameSite: 'strict', maxAge },
        secure: request.protocol === 'https',
      }),
    );
  }

  /** Null: it does not tell. */
  function isFromHere({ headers, host }: FastifyRequest): boolean | null {
    const site = headers['sec-fetch-site'];
    if (site !== undefined) return site === 'same-origin';
    const { origin } = headers;
    if (origin === undefined) return null;
    const from = URL.canParse(origin) ? new URL(origin).host : null;
    return from !== null && (from === host || from === publicHost);
  }

  return {
    read({ headers: { cookie } }) {
      if (cookie === undefined || cookie.length > headerCharsMax) return null;
      const value = server.parseCookie(cookie)[name];
      const { valid, value: token } = value === undefined ? nothing : server.unsignCookie(value);
      return valid ? token : null;
    },
    set: (request, reply, token) =>
      write(request, reply, [server.signCookie(token), Math.floor(maxAgeMs / 1000)]),
    clear: (request, reply) => write(request, reply, ['', 0]),
    checkSameOrigin(request) {
      if (isFromHere(request) !== true) throw new AppError(problem('forbidden', foreign));
    },
    checkNotForeign(request) {
      if (isFromHere(request) === false) throw new AppError(problem('forbidden', foreign));
    },
  };
}

const nothing = { valid: false, value: null };
