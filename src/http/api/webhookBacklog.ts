/**
 * `/api/v1/webhooks`: what a webhook missed. What is parked is put back, and what it never had is owed to it, all at once or in
 * portions: whoever asks for portions sees how far it has come, and may stop between two of them.
 */
import Type from 'typebox';
import { given } from '../../base/given.ts';
import type { Deliveries } from '../../webhooks/deliveries.ts';
import type { ReplayMissing } from '../../webhooks/replay.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { type List, makeCursor, pageQuery, readInstant, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { Id, IdParams, Instant, instantsOf, nullable, refusals } from './fields.ts';

export interface WebhookBacklogServices {
  readonly deliveries: Deliveries;
  readonly replayMissing: ReplayMissing;
  readonly idempotency: Idempotency;
}

const tags = ['webhooks'];

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

export function webhookBacklogRoutes(
  api: Api,
  { deliveries, replayMissing, idempotency }: WebhookBacklogServices,
): void {
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
  const { after } = readPage(list, given({ cursor }));
  return { dryRun, limit: limit ?? null, after };
}

function cursorOf(list: List, next: string | null): string | null {
  return next === null ? null : makeCursor(list, next);
}
