/** `/api/v1/webhooks`: where events go. A secret is answered once, when it is made, and never again. */
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import { STATUSES, WEBHOOK_VERSIONS } from '../../domain/status.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Deliveries } from '../../webhooks/deliveries.ts';
import type { ReplayMissing } from '../../webhooks/replay.ts';
import type { Sender } from '../../webhooks/sender.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import { type Idempotency, nothing, type Written, written } from '../idempotency.ts';
import {
  type List,
  makeCursor,
  PageQuery,
  pageJson,
  pageQuery,
  pageWithin,
  readInstant,
  readPage,
} from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { SendingSchema, sendingJson } from './attemptJson.ts';
import {
  Id,
  IdParams,
  Instant,
  instantsOf,
  listOf,
  Nothing,
  nullable,
  oneOf,
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
  readonly deliveries: Deliveries;
  readonly replayMissing: ReplayMissing;
  readonly sender: Pick<Sender, 'outlook'>;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'webhooks', prefix: 'wh' };
const tags = ['webhooks'];
const Warning = Type.Optional(Type.String({ description: 'For people: what may surprise them.' }));
const Secret = Type.String({ description: '`whsec_…`, shown this once: it signs every request.' });

/** Of work that can be done in portions, and gone on with where a portion ended. */
const portionSchemas = {
  dry_run: Type.Optional(Type.Boolean({ description: 'Only count them.' })),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Ends soon after so many, and says in `next_cursor` where to go on; else all are done.',
    }),
  ),
  cursor: pageQuery.cursor,
};
const Portion = Type.Object(portionSchemas);
type Portion = Type.Static<typeof Portion>;
const NextCursor = nullable(Type.String({ description: 'Where to go on; null at the end.' }));
const parkedList: List = { name: 'parked', prefix: null };
const eventList: List = { name: 'missing', prefix: 'evt' };

const TestSchema = Type.Object({
  ...SendingSchema.properties,
  request: Type.Object({
    ...SendingSchema.properties.request.properties,
    body: Type.String({ description: 'Exactly what was signed and sent.' }),
  }),
});

export function webhooksRoutes(
  api: Api,
  { webhooks, deliveries, replayMissing, sender, idempotency }: WebhooksServices,
): void {
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
    '/webhooks/preview',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'The request that a webhook of a version would get, of a sample; nothing is sent',
        querystring: Type.Object(
          {
            version: oneOf(WEBHOOK_VERSIONS),
            status: Type.Optional(oneOf(STATUSES, '`delivered` if not given.')),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            headers: Type.Record(Type.String(), Type.String(), {
              description: 'Without those that a webhook may add; signed with a secret that is made up.',
            }),
            body: Type.String(),
          }),
          ...refusals,
        },
      },
    },
    (request) => {
      const { version, status = 'delivered' } = request.query;
      return deliveries.preview(accountOf(request), { version, status });
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
    '/webhooks/:id/test',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Send a sample now and show the exchange; it is no delivery and is not logged as one',
        params: IdParams,
        body: nullable(
          Type.Object({ status: Type.Optional(oneOf(STATUSES)) }, { additionalProperties: false }),
        ),
        response: { 200: TestSchema, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const status = request.body?.status ?? 'delivered';
        const { attempt, body } = await deliveries.test(account, request.params.id, status);
        const shown = sendingJson(attempt, account);
        return written(200, { ...shown, request: { ...shown.request, body } });
      }),
  );

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
    '/webhooks/:id/recover',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Put parked deliveries made since a time back, ahead of what waits',
        params: IdParams,
        body: Type.Object(
          {
            since: Type.String({ description: 'ISO 8601; deliveries made at or after it.' }),
            until: Type.Optional(Type.String({ description: 'ISO 8601; deliveries made at or before it.' })),
            tracking_id: Type.Optional({ ...Id, description: 'Only those of this parcel.' }),
            ...portionSchemas,
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ count: Type.Integer(), next_cursor: NextCursor }), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const { since, until, tracking_id: trackingId = null } = request.body;
        const { count, next } = await deliveries.recover(accountOf(request).id, request.params.id, {
          since: readInstant('since', since),
          until: readInstant('until', until),
          trackingId,
          ...portionOf(parkedList, request.body),
        });
        return written(200, { count, next_cursor: cursorOf(parkedList, next) });
      }),
  );

  api.post(
    '/webhooks/:id/replay-missing',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Send events that this webhook never had, such as those from before it existed',
        params: IdParams,
        body: nullable(
          Type.Object(
            {
              since: Type.Optional(Type.String({ description: 'ISO 8601; events at or after it.' })),
              until: Type.Optional(Type.String({ description: 'ISO 8601; events at or before it.' })),
              ...portionSchemas,
            },
            { additionalProperties: false },
          ),
        ),
        response: {
          200: Type.Object({
            count: Type.Integer(),
            events_kept_since: Instant,
            next_cursor: NextCursor,
          }),
          ...refusals,
        },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const body = request.body ?? {};
        const { count, next, eventsKeptSince } = await replayMissing(account, request.params.id, {
          since: readInstant('since', body.since),
          until: readInstant('until', body.until),
          ...portionOf(eventList, body),
        });
        return written(200, {
          count,
          events_kept_since: instantsOf(account)(eventsKeptSince),
          next_cursor: cursorOf(eventList, next),
        });
      }),
  );
}

/** What of a request says how much of the work it asks for. */
function portionOf(list: List, { dry_run: dryRun = false, limit, cursor }: Portion) {
  const { after } = readPage(list, cursor === undefined ? {} : { cursor });
  return { dryRun, limit: limit ?? null, after };
}

function cursorOf(list: List, next: string | null): string | null {
  return next === null ? null : makeCursor(list, next);
}

function warned(warning: string | null): { warning?: string } {
  return warning === null ? {} : { warning };
}
