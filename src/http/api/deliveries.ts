/** `/api/v1/deliveries`: what is owed and was sent, every attempt of one, and sending one again. */
import Type from 'typebox';
import { given } from '../../base/given.ts';
import type { Account } from '../../domain/account.ts';
import { DELIVERY_VERSIONS, PUBLIC_DELIVERY_STATES } from '../../domain/delivery.ts';
import { limits } from '../../domain/limits.ts';
import type { DeliveryFilter } from '../../store/store.ts';
import type { Deliveries, PublicDelivery } from '../../webhooks/deliveries.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { type List, makeCursor, pageJson, pageQuery, readInstant, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { AttemptSchema, attemptJson } from './attemptJson.ts';
import { Id, IdParams, Instant, instantsOf, listOf, nullable, oneOf, ref, refusals } from './fields.ts';

export interface DeliveriesServices {
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'deliveries', prefix: 'dlv' };
const tags = ['deliveries'];

const DeliverySchema = Type.Object({
  id: Type.String({ description: "The receiver's idempotency key: the same in every attempt." }),
  state: oneOf(PUBLIC_DELIVERY_STATES),
  webhook_id: Type.String(),
  tracking_id: nullable(
    Type.String({ description: 'Null, with the number and the revision, for an operational event.' }),
  ),
  tracking_number: nullable(Type.String()),
  event_id: Type.String(),
  revision: nullable(Type.Integer()),
  channel: oneOf(
    ['webhook', 'mail'],
    'Which way it goes: a notice by mail is owed and tried like a webhook, and `webhook_id` is of whom it is owed to.',
  ),
  version: oneOf(DELIVERY_VERSIONS),
  attempt_count: Type.Integer({ description: 'Attempts spent.' }),
  next_attempt_at: nullable(
    Type.String({
      description:
        'ISO 8601, at the soonest: its own time, or that of the next request (a probe, while the receiver is away) where that is later. Null: now, under way, never, or when the earlier ones of its parcel are settled.',
    }),
  ),
  created_at: Instant,
  settled_at: nullable(Instant),
});

const filterSchemas = {
  state: Type.Optional(oneOf(PUBLIC_DELIVERY_STATES)),
  webhook_id: Type.Optional(Id),
  tracking_id: Type.Optional(Id),
  created_from: Type.Optional(Type.String({ description: 'ISO 8601, inclusive.' })),
  created_to: Type.Optional(Type.String({ description: 'ISO 8601, inclusive.' })),
};

const Filter = Type.Object(filterSchemas);

const Query = Type.Object({ ...pageQuery, ...filterSchemas }, { additionalProperties: false });

export function deliveriesRoutes(api: Api, { deliveries, idempotency }: DeliveriesServices): void {
  api.addSchema({ $id: 'Delivery', ...DeliverySchema });
  api.addSchema({ $id: 'Attempt', ...AttemptSchema });

  api.get(
    '/deliveries',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List deliveries, newest first',
        querystring: Query,
        response: { 200: listOf('Delivery'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = await deliveries.list(account.id, filterOf(request.query), readPage(list, request.query));
      return pageJson(list, page, (delivery) => deliveryJson(delivery, account));
    },
  );

  api.get(
    '/deliveries/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'One delivery with what it sends and every attempt',
        params: IdParams,
        response: {
          200: Type.Intersect([
            ref('Delivery'),
            Type.Object({
              data: nullable(
                Type.String({ description: 'The `data` of the body, the same bytes in every attempt.' }),
              ),
              attempts: Type.Array(ref('Attempt'), {
                description: 'Oldest first; where it was sent again very often, the newest of them.',
              }),
            }),
          ]),
          ...refusals,
        },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const found = await deliveries.get(account.id, request.params.id);
      return {
        ...deliveryJson(found, account),
        data: found.data,
        attempts: found.attempts.map((attempt, index) =>
          attemptJson({ attempt, number: index + 1 }, account),
        ),
      };
    },
  );

  api.post(
    '/deliveries/redeliver',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: `Send deliveries that fit again now, oldest first, up to ${limits.redeliveriesPerCallMax} a call; go on from \`next_cursor\``,
        body: Type.Object(
          {
            ...filterSchemas,
            webhook_id: Id,
            dry_run: Type.Optional(Type.Boolean({ description: 'Only count them.' })),
            cursor: pageQuery.cursor,
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            count: Type.Integer({ description: 'Those that fit, of this call.' }),
            sent: Type.Integer(),
            accepted: Type.Integer(),
            skipped: Type.Integer({
              description: 'Under way, the webhook is disabled, or the body is not kept any more.',
            }),
            next_cursor: nullable(Type.String()),
          }),
          ...refusals,
        },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const { cursor, dry_run: dryRun = false, ...filter } = request.body;
        const { after } = readPage(list, given({ cursor }));
        const { next, ...counted } = await deliveries.redeliverMany(accountOf(request).id, filterOf(filter), {
          after,
          limit: dryRun ? limits.pageSizeMax : limits.redeliveriesPerCallMax,
          dryRun,
        });
        return written(200, { ...counted, next_cursor: next === null ? null : makeCursor(list, next) });
      }),
  );

  api.post(
    '/deliveries/:id/redeliver',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Send a delivery again now, whatever its state, and show the attempt',
        params: IdParams,
        response: { 200: ref('Attempt'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        return written(200, attemptJson(await deliveries.redeliver(account.id, request.params.id), account));
      }),
  );
}

function filterOf(query: Type.Static<typeof Filter>): DeliveryFilter {
  return {
    state: query.state ?? null,
    webhookId: query.webhook_id ?? null,
    trackingId: query.tracking_id ?? null,
    createdFrom: readInstant('created_from', query.created_from),
    createdTo: readInstant('created_to', query.created_to),
  };
}

function deliveryJson(
  { delivery, state, nextAttemptAt }: PublicDelivery,
  account: Account,
): Type.Static<typeof DeliverySchema> {
  const instant = instantsOf(account);
  return {
    id: delivery.id,
    state,
    webhook_id: delivery.webhookId,
    tracking_id: delivery.trackingId,
    tracking_number: delivery.number,
    event_id: delivery.eventId,
    revision: delivery.revision,
    channel: delivery.version === 'mail' ? 'mail' : 'webhook',
    version: delivery.version,
    attempt_count: delivery.attempts,
    next_attempt_at: instant(nextAttemptAt),
    created_at: instant(delivery.createdAt),
    settled_at: instant(delivery.settledAt),
  };
}
