/**
 * The language that was chosen in a browser, kept by the browser for whoever nobody knows yet. The console writes and reads the same
 * cookie (`console/src/i18n/i18n.ts`). It says nothing about who is signed in.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../domain/language.ts';

const form = /(?:^|;\s*)waybell_language=([A-Za-z-]{2,10})(?:;|$)/;
const maxAgeSeconds = 365 * 86_400;

/** A tag as the browser has it, spoken or not. */
export function readLanguageCookie({ headers: { cookie } }: FastifyRequest): string | null {
  return form.exec(cookie ?? '')?.[1] ?? null;
}

export function writeLanguageCookie(request: FastifyRequest, reply: FastifyReply, language: Language): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header(
    'set-cookie',
    `waybell_language=${language}; Path=/; Max-Age=${maxAgeSeconds}; SameSite=Lax${secure}`,
  );
}
