/**
 * `/api/v1/people`: the data of a person, found, given out as one JSON document and erased. An account may hold millions of rows, so a
 * call looks at some of them: while `next_cursor` is not null, it is asked again with that cursor and the same body otherwise.
 * What the person is called stands in bodies alone, since addresses get into logs, and never in the audit log.
 */
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Audit } from '../../accounts/audit.ts';
import { trackUrl } from '../../accounts/trackLinks.ts';
import type { Clock } from '../../base/clock.ts';
import type { Account } from '../../domain/account.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import type { AuditAction } from '../../domain/member.ts';
import { PERSON_KEYS, type Person, personOf } from '../../domain/person.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type { People } from '../../people/people.ts';
import { callerAddress } from '../audited.ts';
import { readPlace, writePlace } from '../personCursor.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { nullable, ref, refusals } from './fields.ts';
import { ExportedSchema, exportedJson } from './peopleJson.ts';
import { trackingJson } from './trackingJson.ts';
import type { TrackingsServices } from './trackings.ts';

export interface PeopleServices extends Pick<TrackingsServices, 'outsideUrl'> {
  readonly clock: Clock;
  readonly people: People;
  readonly audit: Audit;
}

const tags = ['people'];

const text = (description: string) =>
  Type.Optional(Type.String({ maxLength: limits.fieldCharsMax, description }));

const asked = {
  email: text('Compared without case. Found in free texts as well.'),
  phone: text('Compared by its digits; one without its country code is the same.'),
  name: text('In full; compared without case.'),
  tracking_number: text('A parcel of theirs.'),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: 'The `next_cursor` of the call before.' }),
  ),
};

const strict = { additionalProperties: false, description: 'One of email, phone, name and tracking_number.' };

const step = {
  looked_at: Type.Integer({ description: 'Trackings and events that this call went through.' }),
  next_cursor: nullable(Type.String({ description: 'Null: that was all. Else ask again with it.' })),
};

const counts = {
  trackings: Type.Integer(),
  events: Type.Integer({ description: 'With the bodies that were made of them.' }),
  responses: Type.Integer({ description: "Attempts whose receiver's answer was erased." }),
  inbox_messages: Type.Integer(),
  answers: Type.Integer({ description: 'Remembered for idempotency keys.' }),
};

export function peopleRoutes(api: Api, { people, audit, clock, outsideUrl }: PeopleServices): void {
  function jsonOf(request: FastifyRequest, account: Account): (tracking: Tracking) => object {
    const server = outsideUrl(request);
    return (tracking) =>
      trackingJson(tracking, account, {
        ...{ checkpoints: false, now: clock.now(), trackUrl: trackUrl(server, account, tracking.id) },
      });
  }

  /**
   * When a run begins, and of further calls of it those that came upon something: a cursor is the caller's to make, so one alone
   * is no sign that there was a beginning. What is looked for is in no entry.
   */
  async function audited(request: FastifyRequest, action: AuditAction): Promise<void> {
    const { principal } = request;
    await audit.write({
      accountId: accountOf(request).id,
      actor: principal?.actor ?? '',
      action,
      about: null,
      address: callerAddress(request),
    });
  }

  api.post(
    '/people/find',
    {
      config: { access: 'owner', audit: null },
      schema: {
        tags,
        summary: "Find a person's parcels",
        body: Type.Object(asked, strict),
        response: {
          200: Type.Object({
            count: Type.Integer({ description: 'Trackings found by this call, deleted ones included.' }),
            trackings: Type.Array(ref('Tracking'), {
              description: 'The first of them, without checkpoints.',
            }),
            events: Type.Integer({
              description: 'Found by themselves: their tracking may name others by now.',
            }),
            members: Type.Array(Type.String(), {
              description: 'Ids of members of the account who are called so; in the last call.',
            }),
            ...step,
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const found = await people.find({ account, ...meant(request.body) });
      return {
        count: found.trackings.length,
        trackings: found.trackings.slice(0, shownMax).map(jsonOf(request, account)),
        events: found.events,
        members: found.members.map(({ id }) => id),
        looked_at: found.lookedAt,
        next_cursor: writePlace(found.next),
      };
    },
  );

  api.post(
    '/people/export',
    {
      config: { access: 'owner', audit: null },
      schema: {
        tags,
        summary: 'All that is kept of a person, as JSON',
        body: Type.Object(asked, strict),
        response: { 200: Type.Intersect([ExportedSchema, Type.Object(step)]), ...refusals },
      },
    },
    async (request, reply) => {
      const account = accountOf(request);
      const exported = await people.export({ account, ...meant(request.body) });
      const { parcels, events, inbox, answers, members } = exported;
      if (
        isFirst(request.body) ||
        [parcels, events, inbox, answers, members].some(({ length }) => length > 0)
      )
        await audited(request, 'person.exported');
      reply.header('content-disposition', 'attachment; filename="person.json"');
      return {
        ...exportedJson(exported, account, jsonOf(request, account)),
        looked_at: exported.lookedAt,
        next_cursor: writePlace(exported.next),
      };
    },
  );

  api.post(
    '/people/erase',
    {
      config: { access: 'owner', audit: null },
      schema: {
        tags,
        summary: "Erase a person's data; it cannot be undone",
        body: Type.Object(
          {
            ...asked,
            confirm: Type.Literal(true),
            include_checkpoints: Type.Optional(
              Type.Boolean({
                description:
                  "Couriers' texts and places too, which may name who signed; the courier is not asked again.",
              }),
            ),
            include_orders: Type.Optional(Type.Boolean({ description: 'Order ids and numbers too.' })),
          },
          strict,
        ),
        response: {
          200: Type.Object({ erased: Type.Object(counts), ...step }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const { include_checkpoints: checkpoints = false, include_orders: orders = false } = request.body;
      // First, so that there is no erasing without an entry.
      const said = meant(request.body);
      if (isFirst(request.body)) await audited(request, 'person.erased');
      const erased = await people.erase({ account, ...said, meant: { checkpoints, orders } });
      const { trackings, events, responses, inboxMessages, answers } = erased.counts;
      const isSome = Object.values(erased.counts).some((count) => count > 0);
      if (!isFirst(request.body) && isSome) await audited(request, 'person.erased');
      return {
        erased: { trackings, events, responses, inbox_messages: inboxMessages, answers },
        looked_at: erased.lookedAt,
        next_cursor: writePlace(erased.next),
      };
    },
  );
}

const shownMax = 10;

function isFirst({ cursor }: Asked): boolean {
  return cursor === undefined;
}

type Asked = Readonly<Partial<Record<(typeof PERSON_KEYS)[number] | 'cursor', string>>>;

/** @throws AppError `body_invalid` where not exactly one thing is said of the person; `cursor_invalid` */
function meant(said: Asked): { person: Person; place: ReturnType<typeof readPlace> } {
  const given = PERSON_KEYS.filter((by) => said[by] !== undefined);
  const [by] = given;
  if (by === undefined || given.length > 1)
    throw new AppError(problem('body_invalid', 'Send one of email, phone, name and tracking_number.'));
  const person = personOf(by, said[by] as string);
  if (person === null) throw new AppError(problem('body_invalid', `This is no ${by} to look for.`, `/${by}`));
  return { person, place: readPlace(said.cursor) };
}
