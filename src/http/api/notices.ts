/** `/api/v1/notices`: what the member who is signed in is told by mail. */
import Type from 'typebox';
import { limits } from '../../domain/limits.ts';
import { OPERATIONAL_EVENT_TYPES, SELECTABLE_STATUSES } from '../../domain/webhook.ts';
import type { AtOnce } from '../../mail/atOnce.ts';
import type { Mailing } from '../../mail/mailing.ts';
import type { Notices } from '../../mail/notices.ts';
import { signedInOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { nullable, oneOf, ref, refusals } from './fields.ts';

export interface NoticesServices {
  readonly notices: Notices;
  readonly mailing: Mailing;
  readonly atOnce: AtOnce;
}

const tags = ['notices'];

const choices = {
  operational: Type.Array(oneOf(OPERATIONAL_EVENT_TYPES), {
    uniqueItems: true,
    description: 'What happened to the sending itself.',
  }),
  statuses: Type.Array(oneOf(SELECTABLE_STATUSES), {
    uniqueItems: true,
    description: 'Of parcels: told when one comes into such a status.',
  }),
  paused: Type.Boolean({ description: 'Nothing is told, and what was chosen stays.' }),
};

const NoticesSchema = Type.Object({
  mail: Type.Boolean({ description: 'Whether this server sends mail at all: without `--smtp` it does not.' }),
  email: Type.String({ maxLength: limits.fieldCharsMax, description: 'Where they go.' }),
  ...choices,
});

export function noticesRoutes(api: Api, { notices, mailing, atOnce }: NoticesServices): void {
  api.addSchema({ $id: 'Notices', ...NoticesSchema });

  api.get(
    '/notices',
    {
      config: { access: 'self' },
      schema: {
        tags,
        summary: 'What you are told by mail',
        response: { 200: ref('Notices'), ...refusals },
      },
    },
    async (request) => {
      const { member } = signedInOf(request);
      return { mail: mailing.sendsMail, email: member.email, ...(await notices.of(member)) };
    },
  );

  api.patch(
    '/notices',
    {
      config: { access: 'self', audit: null },
      schema: {
        tags,
        summary: 'Change what you are told by mail; what is left out stays',
        body: Type.Partial(Type.Object(choices), { additionalProperties: false }),
        response: { 200: ref('Notices'), ...refusals },
      },
    },
    async (request) => {
      const { member } = signedInOf(request);
      const after = await notices.change(member, request.body);
      return { mail: mailing.sendsMail, email: member.email, ...after };
    },
  );

  api.post(
    '/notices/test',
    {
      config: { access: 'self', audit: null },
      schema: {
        tags,
        summary: 'Send yourself a mail now, and see how it goes',
        response: {
          200: Type.Object({
            accepted: Type.Boolean({ description: 'Whether the mail server took it.' }),
            reason: Type.String({ description: 'One sentence.' }),
            answer: nullable(Type.String({ description: "The mail server's words; null: it said nothing." })),
          }),
          ...refusals,
        },
      },
    },
    (request) => atOnce.test(signedInOf(request).member),
  );
}
