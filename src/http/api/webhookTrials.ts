/**
 * `/api/v1/webhooks`: trying out before it counts. A URL is judged as it would be at creation, a version is shown with a sample,
 * and a sample is sent. Nothing here is kept, and none of it tells more than making a webhook would.
 */
import Type from 'typebox';
import { AppError } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import { STATUSES, WEBHOOK_VERSIONS } from '../../domain/status.ts';
import type { Deliveries } from '../../webhooks/deliveries.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { SendingSchema, sendingJson } from './attemptJson.ts';
import { Id, IdParams, nullable, oneOf, refusals } from './fields.ts';
import { revealedUrl } from './hiddenUrl.ts';

export interface WebhookTrialsServices {
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
}

const tags = ['webhooks'];

const TestSchema = Type.Object({
  ...SendingSchema.properties,
  request: Type.Object({
    ...SendingSchema.properties.request.properties,
    body: Type.String({ description: 'Exactly what was signed and sent.' }),
  }),
});

export function webhookTrialsRoutes(
  api: Api,
  { webhooks, deliveries, idempotency }: WebhookTrialsServices,
): void {
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

  api.post(
    '/webhooks/check-url',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Whether a webhook could have this URL, as creating it would say; nothing is kept',
        body: Type.Object(
          {
            url: Type.String({ maxLength: limits.urlCharsMax }),
            webhook_id: Type.Optional({
              ...Id,
              description: 'The webhook that would get it: `***` in the URL then means what its own hides.',
            }),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            ok: Type.Boolean(),
            problem: Type.Optional(Type.Object({ code: Type.String(), detail: Type.String() })),
            warning: Type.Optional(Type.String({ description: 'For people: what may surprise them.' })),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { id } = accountOf(request);
      const { url, webhook_id: webhookId } = request.body;
      const known = webhookId === undefined ? null : (await webhooks.get(id, webhookId)).url;
      try {
        const warning = await webhooks.checkUrl(id, revealedUrl(url, known));
        return { ok: true, ...(warning === null ? {} : { warning }) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { code, message: detail } = error.problem;
        return { ok: false, problem: { code, detail } };
      }
    },
  );

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
}
