/** `/api/v1/inbox`: what the account's built-in receiver got, and where it is. */
import Type from 'typebox';
import type { InboxMessage } from '../../domain/inbox.ts';
import type { Inbox } from '../../inbox/inbox.ts';
import { formatInstant } from '../../wire/time.ts';
import { type List, PageQuery, pageJson, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { Instant, listOf, nullable, refusals } from './fields.ts';

export interface InboxServices {
  readonly inbox: Inbox;
  /** The address that the server listens on, by which it reaches itself. */
  readonly ownUrl: () => string;
}

const list: List = { name: 'inbox', prefix: 'inb' };

const MessageSchema = Type.Object({
  id: Type.String(),
  received_at: Instant,
  verified: Type.Boolean({
    description: 'Whether a signature of the account or one of its webhooks was right.',
  }),
  reason: nullable(Type.String({ description: 'Why not.' })),
  headers: Type.Record(Type.String(), Type.String()),
  body: Type.String(),
});

export function inboxApiRoutes(api: Api, { inbox, ownUrl }: InboxServices): void {
  api.addSchema({ $id: 'InboxMessage', ...MessageSchema });

  api.get(
    '/inbox',
    {
      config: { access: 'read' },
      schema: {
        tags: ['inbox'],
        summary: 'What arrived at the built-in receiver, newest first, and its address',
        querystring: PageQuery,
        response: {
          200: Type.Object({
            url: Type.String({
              description:
                'For a webhook of this server alone: the one loopback address that it may always call.',
            }),
            ...listOf('InboxMessage').properties,
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { id, timeZone } = accountOf(request);
      const page = await inbox.messages(id, readPage(list, request.query));
      return {
        url: `${ownUrl()}/inbox/${await inbox.tokenOf(id)}`,
        ...pageJson(list, page, (message) => messageJson(message, timeZone)),
      };
    },
  );
}

function messageJson(message: InboxMessage, timeZone: string): Type.Static<typeof MessageSchema> {
  const { id, receivedAt, verified, reason, headers, body } = message;
  return { id, received_at: formatInstant(receivedAt, timeZone), verified, reason, headers, body };
}
