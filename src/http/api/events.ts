/**
 * `/api/v1/events`: the log of what happened, in commit order, for consumers that cannot receive webhooks. Every page
 * has a `next_cursor`, an empty one too: what comes later is read from there.
 */
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import { AppError } from '../../domain/error.ts';
import { type AnyEvent, EVENT_KINDS, isOperational, type TrackingEvent } from '../../domain/event.ts';
import { STATUSES } from '../../domain/status.ts';
import { OPERATIONAL_EVENT_TYPES } from '../../domain/webhook.ts';
import type { AccountId, EventStore, RetentionStore } from '../../store/store.ts';
import { fieldsJson } from '../../tracking/readUpdate.ts';
import { operationalData } from '../../wire/operational.ts';
import { type List, makeCursor, PageQuery, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { fieldAnswers, Instant, instantsOf, nullable, oneOf, ref, refusals } from './fields.ts';

export interface EventsServices {
  readonly events: Pick<EventStore, 'events'> & Pick<RetentionStore, 'prunedTo'>;
}

const list: List = { name: 'events', prefix: 'evt' };

const StateSchema = Type.Object({ status: oneOf(STATUSES), substatus: Type.String() });

const TrackingEventSchema = Type.Object({
  id: Type.String(),
  kind: oneOf(EVENT_KINDS, 'The greatest thing that changed.'),
  tracking_id: Type.String(),
  tracking_number: Type.String(),
  revision: Type.Integer(),
  from: StateSchema,
  to: StateSchema,
  checkpoints_added: Type.Integer(),
  checkpoints_late: Type.Integer({ description: 'Of those added, how many were no news.' }),
  courier_code: nullable(Type.String()),
  destination_courier_code: nullable(Type.String()),
  ...fieldAnswers,
  created_at: Instant,
});

const OperationalEventSchema = Type.Object({
  id: Type.String(),
  kind: oneOf(OPERATIONAL_EVENT_TYPES, 'What happened to the sending.'),
  data: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()]), {
    description: "As in the webhook's body.",
  }),
  created_at: Instant,
});

const EventSchema = Type.Union([TrackingEventSchema, OperationalEventSchema], {
  description: 'Of a tracking, or of the sending: `kind` tells.',
});

export function eventsRoutes(api: Api, { events }: EventsServices): void {
  api.addSchema({ $id: 'Event', ...EventSchema });

  api.get(
    '/events',
    {
      config: { access: 'read' },
      schema: {
        tags: ['events'],
        summary: 'Read the log of events, oldest first; poll on from `next_cursor`',
        querystring: PageQuery,
        response: {
          200: Type.Object({
            data: Type.Array(ref('Event')),
            next_cursor: Type.String({ description: 'Never null: what comes later is read from here.' }),
          }),
          410: Type.Intersect([ref('Problem'), Type.Object({ oldest_cursor: Type.String() })]),
          ...refusals,
        },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = readPage(list, request.query);
      const after = await keptAfter(events, account.id, page.after);
      const read = await events.events(account.id, { ...page, after });
      return {
        data: read.map((event) => eventJson(event, account)),
        next_cursor: makeCursor(list, read.at(-1)?.id ?? after ?? ''),
      };
    },
  );
}

/**
 * Where reading begins. The log begins behind the newest event that was ever pruned: of what lies before, single events are
 * kept while they are owed, but whoever reads them has missed others. @throws AppError `cursor_expired`
 */
async function keptAfter(
  events: EventsServices['events'],
  accountId: AccountId,
  after: string | null,
): Promise<string | null> {
  const prunedTo = await events.prunedTo(accountId);
  if (prunedTo === null || after === null) return prunedTo ?? after;
  if (after >= prunedTo) return after;
  throw new AppError('cursor_expired', { oldest_cursor: makeCursor(list, prunedTo) });
}

export function eventJson(event: AnyEvent, account: Account): Type.Static<typeof EventSchema> {
  if (!isOperational(event)) return trackingEventJson(event, account);
  return {
    id: event.id,
    kind: event.kind,
    data: operationalData(event),
    created_at: instantsOf(account)(event.createdAt),
  };
}

function trackingEventJson(event: TrackingEvent, account: Account): Type.Static<typeof TrackingEventSchema> {
  return {
    id: event.id,
    kind: event.kind,
    tracking_id: event.trackingId,
    tracking_number: event.number,
    revision: event.revision,
    from: { status: event.from.status, substatus: event.from.substatus },
    to: { status: event.to.status, substatus: event.to.substatus },
    checkpoints_added: event.added,
    checkpoints_late: event.late,
    courier_code: event.courierCode,
    destination_courier_code: event.destinationCourierCode,
    ...fieldsJson(event.fields),
    created_at: instantsOf(account)(event.createdAt),
  };
}
