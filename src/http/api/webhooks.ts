/**
 * `/api/v1/webhooks`: where events go. A secret is answered once, when it is made, and never again. Trying a webhook out stands in
 * `webhookTrials.ts`, and what it missed in `webhookBacklog.ts`.
 */
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Sender } from '../../webhooks/sender.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import { type Idempotency, nothing, type Written, written } from '../idempotency.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import {
  IdParams,
  listOf,
  Nothing,
  nullable,
  overlapSeconds,
  overlapSecondsDefault,
  ref,
  refusals,
} from './fields.ts';
import { revealedUrl } from './hiddenUrl.ts';
import {
  changesOf,
  draftOf,
  settingSchemas,
  WebhookSchema,
  type WebhookView,
  webhookJson,
} from './webhookJson.ts';

export interface WebhooksServices {
  readonly webhooks: Webhooks;
  readonly sender: Pick<Sender, 'outlook'>;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'webhooks', prefix: 'wh' };
const tags = ['webhooks'];
const Warning = Type.Optional(Type.String({ description: 'For people: what may surprise them.' }));
const Secret = Type.String({ description: '`whsec_…`, shown this once: it signs every request.' });

export function webhooksRoutes(api: Api, { webhooks, sender, idempotency }: WebhooksServices): void {
  const viewOf = (account: Account): WebhookView => ({ account, outlook: sender.outlook });
  api.addSchema({ $id: 'Webhook', ...WebhookSchema });

  api.post(
    '/webhooks',
    {
      config: { access: 'write', audit: 'webhook.created' },
      schema: {
        tags,
        summary: 'Create a webhook; its secret is shown once',
        body: Type.Object({ ...settingSchemas, url: Type.String() }, { additionalProperties: false }),
        response: {
          201: Type.Intersect([ref('Webhook'), Type.Object({ secret: Secret, warning: Warning })]),
          ...refusals,
        },
      },
    },
    (request, reply) => {
      const account = accountOf(request);
      const answerOf = (webhook: Webhook, warning: string | null): Written =>
        written(201, {
          ...webhookJson(webhook, viewOf(account)),
          secret: webhook.secret,
          ...warned(warning),
        });
      return idempotency.once(request, reply, async (remember) => {
        const { webhook, warning } = await webhooks.create(
          account.id,
          { ...draftOf(request.body), url: revealedUrl(request.body.url, null) },
          remember && ((made, said) => remember(201, answerOf(made, said).body)),
        );
        return answerOf(webhook, warning);
      });
    },
  );

  api.get(
    '/webhooks',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List webhooks',
        querystring: PageQuery,
        response: { 200: listOf('Webhook'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = pageWithin(await webhooks.list(account.id), ({ id }) => id, readPage(list, request.query));
      return pageJson(list, page, (webhook) => webhookJson(webhook, viewOf(account)));
    },
  );

  api.get(
    '/webhooks/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'One webhook, without its secrets',
        params: IdParams,
        response: { 200: ref('Webhook'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      return webhookJson(await webhooks.get(account.id, request.params.id), viewOf(account));
    },
  );

  api.patch(
    '/webhooks/:id',
    {
      config: { access: 'write', audit: 'webhook.updated' },
      schema: {
        tags,
        summary:
          'Edit a webhook: version, statuses and callback for later events, address and headers from the next attempt',
        params: IdParams,
        body: Type.Object(settingSchemas, { additionalProperties: false }),
        response: { 200: Type.Intersect([ref('Webhook'), Type.Object({ warning: Warning })]), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const known = await webhooks.get(account.id, request.params.id);
        const { webhook, warning } = await webhooks.update(
          account.id,
          known.id,
          changesOf(request.body, known),
        );
        return written(200, { ...webhookJson(webhook, viewOf(account)), ...warned(warning) });
      }),
  );

  api.delete(
    '/webhooks/:id',
    {
      config: { access: 'write', audit: 'webhook.deleted' },
      schema: {
        tags,
        summary: 'Delete a webhook; what waits for it is cancelled',
        params: IdParams,
        response: { 204: Nothing, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        await webhooks.remove(accountOf(request).id, request.params.id);
        return nothing;
      }),
  );

  for (const name of ['enable', 'disable'] as const) {
    api.post(
      `/webhooks/:id/${name}`,
      {
        config: { access: 'write', audit: `webhook.${name}d` },
        schema: {
          tags,
          summary: name === 'enable' ? 'Send again' : 'Send no more; what it is owed is parked',
          params: IdParams,
          response: { 200: ref('Webhook'), ...refusals },
        },
      },
      (request: FastifyRequest<{ Params: { id: string } }>, reply) =>
        idempotency.onceThen(request, reply, async () => {
          const account = accountOf(request);
          const { id } = request.params;
          const webhook =
            name === 'enable'
              ? await webhooks.enable(account.id, id)
              : await webhooks.disable(account.id, id, { by: 'request', reason: 'Disabled by hand.' });
          return written(200, webhookJson(webhook, viewOf(account)));
        }),
    );
  }

  api.post(
    '/webhooks/:id/rotate-secret',
    {
      config: { access: 'owner', audit: 'webhook.secret_rotated' },
      schema: {
        tags,
        summary: 'Make a new secret; the old one signs too while they overlap',
        params: IdParams,
        body: nullable(
          Type.Object(
            {
              overlap_seconds: overlapSeconds(`${overlapSecondsDefault} if not given.`),
            },
            { additionalProperties: false },
          ),
        ),
        response: { 200: Type.Intersect([ref('Webhook'), Type.Object({ secret: Secret })]), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const overlap = request.body?.overlap_seconds ?? overlapSecondsDefault;
        const webhook = await webhooks.rotateSecret(account.id, request.params.id, overlap);
        return written(200, { ...webhookJson(webhook, viewOf(account)), secret: webhook.secret });
      }),
  );

  api.post(
    '/webhooks/:id/end-overlap',
    {
      config: { access: 'owner', audit: 'webhook.secret_rotated' },
      schema: {
        tags,
        summary: 'The secret before signs no more, from the next attempt on',
        params: IdParams,
        response: { 200: ref('Webhook'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const webhook = await webhooks.endOverlap(account.id, request.params.id);
        return written(200, webhookJson(webhook, viewOf(account)));
      }),
  );
}

function warned(warning: string | null): { warning?: string } {
  return warning === null ? {} : { warning };
}
