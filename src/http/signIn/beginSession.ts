/** How a browser comes to a session, by whichever page or request: the cookie is set, and what it held before ends. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Begun, Origin, Sessions } from '../../accounts/sessions.ts';
import { AppError } from '../../domain/error.ts';
import { callerAddress } from '../audited.ts';
import { principalOf } from '../principal.ts';
import type { SessionCookie } from '../sessionCookie.ts';

export interface SessionBeginning {
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
}

/** @throws AppError `forbidden` where another site's page sends the request, and whatever `run` throws */
export async function beginSession(
  { sessions, cookie }: SessionBeginning,
  [request, reply]: readonly [FastifyRequest, FastifyReply],
  run: (origin: Origin) => Promise<Begun>,
): Promise<Begun> {
  const before = cookie.read(request);
  const address = callerAddress(request);
  const begin = async () => {
    cookie.checkNotForeign(request);
    return run({ address, browser: request.headers['user-agent'] ?? '' });
  };
  const begun = await begin().catch((error: unknown) => {
    // Neither the email nor the password: what was typed into the wrong field would be in the log.
    if (error instanceof AppError)
      request.log.warn({ address, code: error.problem.code }, 'a sign-in was refused');
    throw error;
  });
  request.principal = principalOf(begun);
  cookie.set(request, reply, begun.token);
  // What the browser held until now is of no more use to anybody.
  try {
    const left = before === null ? null : await sessions.of(before);
    if (left !== null) await sessions.end(left.session);
  } catch (error) {
    // The other one has begun, and saying that it has not would be wrong.
    request.log.warn({ err: error }, 'the session before this one goes on');
  }
  return begun;
}
