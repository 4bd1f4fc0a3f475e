/** Finds out who is signed in, by the cookie, and holds what a browser sends with it to pages of this server. */
import type { FastifyRequest } from 'fastify';
import type { Sessions, SignedIn } from '../accounts/sessions.ts';
import type { SessionCookie } from './sessionCookie.ts';

/** Null: nobody. @throws AppError `forbidden` where something is to be changed and another site may have sent the request */
export async function findSignedIn(
  request: FastifyRequest,
  { sessions, cookie }: { sessions: Pick<Sessions, 'of'>; cookie: SessionCookie },
): Promise<SignedIn | null> {
  const token = cookie.read(request);
  if (token === null) return null;
  if (!['GET', 'HEAD'].includes(request.method)) cookie.checkSameOrigin(request);
  return sessions.of(token);
}
