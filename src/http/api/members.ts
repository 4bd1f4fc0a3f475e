/** `/api/v1/members`: who may sign in to an account. The link by which one sets a password is shown when it is made, and never again. */
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Audit } from '../../accounts/audit.ts';
import { type Invited, type Members, welcomePathOf } from '../../accounts/members.ts';
import { given } from '../../base/given.ts';
import { type Account, ROLES } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import type { AtOnce } from '../../mail/atOnce.ts';
import { type Idempotency, nothing, written } from '../idempotency.ts';
import type { OutsideUrl } from '../outsideUrl.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { IdParams, listOf, Nothing, oneOf, ref, refusals } from './fields.ts';
import { AuditSchema, auditJson, MemberSchema, memberJson, memberSettings } from './memberJson.ts';

export interface MembersServices {
  readonly members: Members;
  readonly audit: Audit;
  readonly idempotency: Idempotency;
  /** Hands the link on by mail, where this server sends any. */
  readonly atOnce: AtOnce;
  readonly outsideUrl: OutsideUrl;
}

const list: List = { name: 'members', prefix: 'mem' };
const auditList: List = { name: 'audit', prefix: 'aud' };
const tags = ['members'];

const Invitation = Type.Object({
  member: ref('Member'),
  link: Type.String({
    description: 'Leads to where the member sets a password, within 24 hours and once. Shown this once.',
  }),
  mailed: Type.Boolean({ description: 'Whether the link was also sent to the member by mail.' }),
});

export function membersRoutes(
  api: Api,
  { members, audit, idempotency, atOnce, outsideUrl }: MembersServices,
): void {
  api.addSchema({ $id: 'Member', ...MemberSchema });
  api.addSchema({ $id: 'AuditEntry', ...AuditSchema });

  async function invitationJson(request: FastifyRequest, account: Account, { member, token }: Invited) {
    const link = `${outsideUrl(request)}${welcomePathOf(token)}`;
    return { member: memberJson(member, account), link, mailed: await atOnce.invite(member, token) };
  }

  api.post(
    '/members',
    {
      config: { access: 'owner', audit: 'member.invited' },
      schema: {
        tags,
        summary: 'Invite a member; the answer has a link to hand on',
        body: Type.Object(
          {
            email: Type.String({ maxLength: limits.fieldCharsMax }),
            name: memberSettings.name,
            role: Type.Optional(oneOf(ROLES, '`member` if not given.')),
          },
          { additionalProperties: false },
        ),
        response: { 201: Invitation, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const { email, name = null, role = 'member' } = request.body;
        const invited = await members.invite(account.id, { email, name, role });
        return written(201, await invitationJson(request, account, invited));
      }),
  );

  api.get(
    '/members',
    {
      config: { access: 'owner' },
      schema: {
        tags,
        summary: 'List the members of the account',
        querystring: PageQuery,
        response: { 200: listOf('Member'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = pageWithin(await members.list(account.id), ({ id }) => id, readPage(list, request.query));
      return pageJson(list, page, (member) => memberJson(member, account));
    },
  );

  api.patch(
    '/members/:id',
    {
      config: { access: 'owner', audit: 'member.updated' },
      schema: {
        tags,
        summary: 'Change the role or the name of a member, at once',
        params: IdParams,
        body: Type.Object(memberSettings, { additionalProperties: false }),
        response: { 200: ref('Member'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const { name, role } = request.body;
        const member = await members.update(account.id, request.params.id, given({ name, role }));
        return written(200, memberJson(member, account));
      }),
  );

  api.delete(
    '/members/:id',
    {
      config: { access: 'owner', audit: 'member.removed' },
      schema: {
        tags,
        summary: 'Remove a member, whose sessions end at once',
        params: IdParams,
        response: { 204: Nothing, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        await members.remove(accountOf(request).id, request.params.id);
        return nothing;
      }),
  );

  api.post(
    '/members/:id/link',
    {
      config: { access: 'owner', audit: 'member.link_made' },
      schema: {
        tags,
        summary: 'Make a new link for a member to set a password by; the one before ends',
        params: IdParams,
        response: { 200: Invitation, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const invited = await members.makeLink(account.id, request.params.id);
        return written(200, await invitationJson(request, account, invited));
      }),
  );

  api.get(
    '/audit',
    {
      config: { access: 'owner' },
      schema: {
        tags,
        summary: 'Who changed what of the account and its settings, newest first',
        querystring: PageQuery,
        response: { 200: listOf('AuditEntry'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = await audit.list(account.id, readPage(auditList, request.query));
      return pageJson(auditList, page, (entry) => auditJson(entry, account));
    },
  );
}
