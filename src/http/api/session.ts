/**
 * `/api/v1/session`: signing in and out, and what members do about themselves. Signing in answers with a cookie and nothing that a
 * page could read; requests that need no cookie are refused as well where another site's page sends them.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Members } from '../../accounts/members.ts';
import type { Begun, Origin, Sessions } from '../../accounts/sessions.ts';
import { given } from '../../base/given.ts';
import { limits } from '../../domain/limits.ts';
import { callerAddress } from '../audited.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import { accountOf, roleOf, signedInOf } from '../principal.ts';
import type { Api } from '../route.ts';
import type { SessionCookie } from '../sessionCookie.ts';
import { beginSession } from '../signIn/beginSession.ts';
import { listOf, Nothing, nullable, ref, refusals } from './fields.ts';
import {
  Language,
  memberSettings,
  SessionSchema,
  SignedInSchema,
  sessionJson,
  signedInJson,
} from './memberJson.ts';

export interface SessionServices {
  readonly sessions: Sessions;
  readonly members: Members;
  readonly cookie: SessionCookie;
}

const list: List = { name: 'sessions', prefix: 'ses' };
const tags = ['session'];
const Password = Type.String({
  description: `${limits.passwordCharsMin} to ${limits.passwordCharsMax} characters, and not the email.`,
});

const begun = {
  200: Type.Intersect([ref('SignedIn')], {
    description: 'Signed in: the answer sets the cookie `waybell_session`.',
  }),
  ...refusals,
};

export function sessionRoutes(api: Api, { sessions, members, cookie }: SessionServices): void {
  api.addSchema({ $id: 'SignedIn', ...SignedInSchema });
  api.addSchema({ $id: 'Session', ...SessionSchema });

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    run: (origin: Origin) => Promise<Begun>,
  ) {
    const begun = await beginSession({ sessions, cookie }, [request, reply], run);
    return signedInJson(begun.member, begun.member.role, begun.account);
  }

  api.post(
    '/session',
    {
      config: { access: 'public', audit: 'session.started' },
      schema: {
        tags,
        summary: 'Sign in',
        body: Type.Object(
          { email: Type.String({ maxLength: limits.fieldCharsMax }), password: Type.String() },
          { additionalProperties: false },
        ),
        response: begun,
      },
    },
    (request, reply) => begin(request, reply, (origin) => sessions.signIn(request.body, origin)),
  );

  api.post(
    '/session/link',
    {
      config: { access: 'public', audit: 'password.set' },
      schema: {
        tags,
        summary:
          'Set a password by the link of an invitation, and sign in; all other sessions of the member end',
        body: Type.Object(
          {
            token: Type.String({ maxLength: 200, description: 'What stands behind the # of the link.' }),
            password: Password,
            name: memberSettings.name,
          },
          { additionalProperties: false },
        ),
        response: begun,
      },
    },
    (request, reply) => {
      const { token, password, name = null } = request.body;
      return begin(request, reply, (origin) => sessions.useLink({ token, password, name }, origin));
    },
  );

  api.get(
    '/session',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Who is signed in, and to which account; `member` is null where a key asks',
        response: { 200: ref('SignedIn'), ...refusals },
      },
    },
    (request) => signedInJson(request.signedIn?.member ?? null, roleOf(request), accountOf(request)),
  );

  api.patch(
    '/session',
    {
      config: { access: 'self', audit: 'member.updated' },
      schema: {
        tags,
        summary: "Change one's own name or language",
        body: Type.Object(
          { name: memberSettings.name, language: Type.Optional(nullable(Language)) },
          { additionalProperties: false },
        ),
        response: { 200: ref('SignedIn'), ...refusals },
      },
    },
    async (request) => {
      const { member, account } = signedInOf(request);
      const { name, language } = request.body;
      const changed = await members.update(account.id, member.id, given({ name, language }));
      return signedInJson(changed, changed.role, account);
    },
  );

  api.delete(
    '/session',
    {
      config: { access: 'self', audit: 'session.ended' },
      schema: { tags, summary: 'Sign out', response: { 204: Nothing, ...refusals } },
    },
    async (request, reply) => {
      await sessions.end(signedInOf(request).session);
      cookie.clear(request, reply);
      return done(reply);
    },
  );

  api.delete(
    '/session/others',
    {
      config: { access: 'self', audit: 'session.others_ended' },
      schema: { tags, summary: 'Sign out everywhere else', response: { 204: Nothing, ...refusals } },
    },
    async (request, reply) => {
      await sessions.endOthers(signedInOf(request).session);
      return done(reply);
    },
  );

  api.post(
    '/session/password',
    {
      config: { access: 'self', audit: 'password.changed' },
      schema: {
        tags,
        summary: "Change one's own password; all other sessions end",
        body: Type.Object({ current: Type.String(), password: Password }, { additionalProperties: false }),
        response: { 204: Nothing, ...refusals },
      },
    },
    async (request, reply) => {
      const origin = { address: callerAddress(request), browser: '' };
      await sessions.changePassword(signedInOf(request), request.body, origin);
      return done(reply);
    },
  );

  api.get(
    '/sessions',
    {
      config: { access: 'self' },
      schema: {
        tags,
        summary: 'Where one is signed in oneself',
        querystring: PageQuery,
        response: { 200: listOf('Session'), ...refusals },
      },
    },
    async (request) => {
      const { session: current, member, account } = signedInOf(request);
      const all = await sessions.list(member);
      const page = pageWithin(all, ({ id }) => id, readPage(list, request.query));
      return pageJson(list, page, (session) => sessionJson(session, { account, current }));
    },
  );
}

function done(reply: FastifyReply): FastifyReply {
  return reply.code(204).send();
}
