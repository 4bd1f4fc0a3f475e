/**
 * The language that was chosen in a browser, kept by the browser for whoever nobody knows yet. The console writes and reads the same
 * cookie (`console/src/i18n/i18n.ts`). It says nothing about who is signed in.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../domain/language.ts';

const name = 'waybell_language';
const maxAge = 365 * 86_400;

/** A tag as the browser has it, spoken or not. */
export function readLanguageCookie({ server, headers: { cookie } }: FastifyRequest): string | null {
  return server.parseCookie(cookie ?? '')[name] ?? null;
}

export function writeLanguageCookie(request: FastifyRequest, reply: FastifyReply, language: Language): void {
  const secure = request.protocol === 'https';
  reply.header(
    'set-cookie',
    request.server.serializeCookie(name, language, { path: '/', maxAge, sameSite: 'lax', secure }),
  );
}
