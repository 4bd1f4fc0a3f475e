/**
 * `/sign-in`: the page, and what its form sends. The same as `POST /api/v1/session`, with pages for answers: no script is needed to
 * sign in, and what a password is typed into runs none.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../../accounts/audit.ts';
import type { Language } from '../../domain/language.ts';
import { limits } from '../../domain/limits.ts';
import { chooseLanguage, spokenLanguage } from '../../texts/chooseLanguage.ts';
import { type TextKey, textsIn } from '../../texts/texts.ts';
import { auditChanges } from '../audited.ts';
import { consoleFiles } from '../console.ts';
import { HTTP_STATUS, refusalOf } from '../problem.ts';
import type { Api } from '../route.ts';
import { findSignedIn } from '../signedIn.ts';
import { beginSession, type SessionBeginning } from './beginSession.ts';
import { readLanguageCookie, writeLanguageCookie } from './languageCookie.ts';
import { signInPage, signInStyle } from './signInPage.ts';

export interface SignInServices extends SessionBeginning {
  readonly audit: Pick<Audit, 'write'>;
}

type Query = { to?: unknown; lang?: unknown };
type Form = { email: string; password: string; to: string };

const schema = { hide: true };
/** An email and a password of the greatest length, each character written as three, and where to go. */
const formBytesMax = 16 * 1024;
/** What is fetched for later goes by the first line; nothing of it is run here. */
const policy = [
  "default-src 'self'",
  "script-src 'none'",
  "object-src 'none'",
  "frame-src 'none'",
  "connect-src 'none'",
  `style-src ${signInStyle}`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param folder of the console, which is fetched meanwhile */
export function signInRoutes(server: Api, { audit, ...beginning }: SignInServices, folder: string): void {
  server.register(async (pages: Api) => {
    auditChanges(pages, audit);
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: formBytesMax },
      (_request, body, done) => done(null, formOf(body as string)),
    );

    pages.setErrorHandler<Error, { Body?: Form; Querystring: Query }>((error, request, reply) => {
      const { problem, extra } = refusalOf(error, request, reply);
      const language = languageFor(request);
      const { to, email } = request.body ?? { to: addressOf(request.query.to), email: '' };
      const say = textsIn(language);
      const told = [say(toldAs[problem.code] ?? 'signIn.away')];
      const { retry_after_seconds: count } = extra;
      if (typeof count === 'number') told.push(say('signIn.again', { count }));
      return show(reply, HTTP_STATUS[problem.code], { language, to, email, problem: told.join(' ') });
    });

    pages.get<{ Querystring: Query }>('/sign-in', { schema }, async (request, reply) => {
      const to = addressOf(request.query.to);
      if (await isSignedIn(request)) return reply.redirect(to, 303);
      const chosen = spokenLanguage(typeof request.query.lang === 'string' ? request.query.lang : null);
      if (chosen !== null) writeLanguageCookie(request, reply, chosen);
      const language = chosen ?? languageFor(request);
      return show(reply, 200, { language, to, email: '', problem: null });
    });

    pages.post<{ Body?: Form }>(
      '/sign-in',
      { schema, config: { audit: 'session.started' } },
      async (request, reply) => {
        const { to, ...said } = request.body ?? formOf('');
        await beginSession(beginning, [request, reply], (origin) => beginning.sessions.signIn(said, origin));
        return reply.redirect(to, 303);
      },
    );
  });

  /** As the API would have it: where a key comes with the cookie, the key counts. */
  async function isSignedIn(request: FastifyRequest): Promise<boolean> {
    const { authorization, 'waybell-api-key': key } = request.headers;
    if (authorization !== undefined || key !== undefined) return false;
    const signedIn = await findSignedIn(request, beginning);
    return signedIn !== null && !signedIn.account.suspended;
  }

  async function show(
    reply: FastifyReply,
    status: number,
    view: { language: Language; to: string; email: string; problem: string | null },
  ): Promise<FastifyReply> {
    return reply
      .code(status)
      .headers({
        'content-security-policy': policy,
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        // With none at all a browser says of the form that it comes from nowhere (`Origin: null`), which by http is all it says.
        'referrer-policy': 'same-origin',
        'x-robots-tag': 'noindex',
      })
      .send(signInPage({ ...view, assets: await consoleFiles(folder) }));
  }
}

/** What is told of refusals in words of their own. */
const toldAs: Readonly<Record<string, TextKey>> = {
  sign_in_failed: 'signIn.refused',
  rate_limited: 'signIn.tooMany',
  account_suspended: 'signIn.suspended',
  forbidden: 'signIn.foreign',
};

function languageFor(request: FastifyRequest): Language {
  return chooseLanguage(readLanguageCookie(request), request.headers['accept-language'] ?? null);
}

function formOf(body: string): Form {
  const said = new URLSearchParams(body);
  const email = (said.get('email') ?? '').slice(0, limits.fieldCharsMax);
  return { email, password: said.get('password') ?? '', to: addressOf(said.get('to')) };
}

/** Only within the console: an address from elsewhere leads nowhere else. */
function addressOf(said: unknown): string {
  if (typeof said !== 'string' || !/^\/(?![/\\])[\x21-\x7e]{0,2000}$/.test(said)) return '/';
  // What `/.//elsewhere` comes to.
  return URL.canParse(said, 'http://here') && !new URL(said, 'http://here').pathname.startsWith('//')
    ? said
    : '/';
}
