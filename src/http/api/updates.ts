/**
 * `POST /api/v1/updates`: 1 to 1000 updates, answered after their commit, one result each in the order given. An item that
 * cannot be taken is told so in its place; the others are taken.
 */
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Clock } from '../../base/clock.ts';
import { SIDES } from '../../domain/checkpoint.ts';
import { type Problem, problem, refuse } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import { STATUSES } from '../../domain/status.ts';
import type { Update } from '../../domain/update.ts';
import type { Ingest, UpdateResult } from '../../tracking/ingest.ts';
import { type Reading, readUpdate, tooManyCheckpoints } from '../../tracking/readUpdate.ts';
import type { Idempotency } from '../idempotency.ts';
import { accountOf } from '../principal.ts';
import { itemError } from '../problem.ts';
import type { Api } from '../route.ts';
import { fieldSchemas, nullable, oneOf, refusals } from './fields.ts';

const CheckpointItem = Type.Object(
  {
    time: Type.String({
      description: 'ISO 8601; without an offset it is the local time of the place, kept as it is.',
    }),
    description: Type.String(),
    location: Type.Optional(nullable(Type.String())),
    status: Type.Optional(
      nullable(Type.String({ description: 'A status (`transit`) or sub-status (`transit003`).' })),
    ),
    code: Type.Optional(nullable(Type.String({ description: "The source's own code." }))),
    side: Type.Optional(Type.Union(SIDES.map((side) => Type.Literal(side)))),
    id: Type.Optional(
      nullable(
        Type.String({
          description:
            "The source's own id of the scan. To correct it, send it again with a higher `version`.",
        }),
      ),
    ),
    version: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        description:
          'Of reports of one scan the highest holds; 0 where it is left out. Of equal ones the content decides, not the order: a correction without a higher version may change nothing.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const UpdateItem = Type.Object(
  {
    tracking_number: Type.String(),
    courier_code: Type.Optional(nullable(Type.String())),
    checkpoints: Type.Optional(Type.Array(CheckpointItem)),
    create: Type.Optional(Type.Boolean({ default: true })),
    ...fieldSchemas,
  },
  { additionalProperties: false, title: 'Update' },
);

export type UpdateItem = Type.Static<typeof UpdateItem>;

const checker = Compile(UpdateItem);

const Results = Type.Object({
  results: Type.Array(
    Type.Union([
      Type.Object({
        tracking_id: Type.String(),
        tracking_number: Type.String(),
        courier_code: nullable(Type.String()),
        status: oneOf(STATUSES),
        revision: Type.Integer(),
        changed: Type.Boolean(),
        notes: Type.Optional(
          Type.Array(
            Type.Object({
              message: Type.String(),
              where: Type.Array(Type.String({ description: 'A JSON pointer into the item.' })),
            }),
            {
              description:
                'What of the update changes nothing, and why. Left out where there is no such thing.',
            },
          ),
        ),
      }),
      Type.Object({
        error: Type.Object({
          code: Type.String(),
          message: Type.String(),
          where: Type.Optional(Type.String({ description: 'A JSON pointer into the item.' })),
        }),
      }),
    ]),
    { description: 'One for each update, in the order given.' },
  ),
});

export interface UpdatesServices {
  readonly ingest: Ingest;
  readonly idempotency: Idempotency;
  readonly clock: Clock;
}

export function updatesRoutes(api: Api, { ingest, idempotency, clock }: UpdatesServices): void {
  api.post(
    '/updates',
    {
      config: { access: 'write', audit: null },
      bodyLimit: limits.updatesBodyBytesMax,
      schema: {
        tags: ['updates'],
        summary: 'Report checkpoints and fields of up to 1000 parcels',
        body: Type.Object(
          {
            updates: Type.Array(Type.Unsafe<unknown>(UpdateItemForm), {
              minItems: 1,
              maxItems: limits.updatesPerCallMax,
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: Results, ...refusals },
      },
    },
    (request, reply) => {
      const accountId = accountOf(request).id;
      const receivedAt = clock.now();
      const readings = request.body.updates.map((item) => read(item, { accountId, receivedAt }));
      const updates = readings.flatMap((reading) => (reading.ok ? [reading.update] : []));
      return idempotency.once(request, reply, async (remember) => {
        const answerOf = (results: readonly UpdateResult[]) =>
          JSON.stringify({ results: inOrder(readings, results) });
        const results = await ingest.submit({
          updates,
          answer: remember && ((settled) => remember(200, answerOf(settled))),
        });
        return { status: 200, body: answerOf(results) };
      });
    },
  );
}

/** Items are checked one by one, so here anything goes; the description still shows their form. */
const UpdateItemForm = {
  description: 'An Update, see the schema of that name. A bad one is answered in its place.',
};

function read(item: unknown, context: { accountId: Update['accountId']; receivedAt: number }): Reading {
  const tooLarge = sizeProblem(item);
  if (tooLarge !== null) return refuse(tooLarge);
  if (!checker.Check(item)) return refuse(formProblem(item));
  return readUpdate(
    {
      number: item.tracking_number,
      courierCode: item.courier_code ?? null,
      scans: (item.checkpoints ?? []).map((checkpoint) => ({
        time: checkpoint.time,
        description: checkpoint.description,
        ...(checkpoint.location ? { location: checkpoint.location } : {}),
        ...(checkpoint.status ? { status: checkpoint.status } : {}),
        ...(checkpoint.code ? { code: checkpoint.code } : {}),
        ...(checkpoint.side ? { side: checkpoint.side } : {}),
        ...(checkpoint.id ? { id: checkpoint.id } : {}),
        ...(checkpoint.version === undefined ? {} : { version: checkpoint.version }),
      })),
      fields: item,
      create: item.create ?? true,
    },
    { ...context, source: 'api' },
  );
}

const membersMax = 50;

/** What would make the full check, which tells every fault there is, take its time. */
function sizeProblem(item: unknown): Problem | null {
  if (typeof item !== 'object' || item === null) return null;
  if (hasManyMembers(item))
    return problem('body_invalid', `An update has at most ${membersMax} members.`, '/');
  const { checkpoints } = item as { checkpoints?: unknown };
  if (!Array.isArray(checkpoints)) return null;
  if (checkpoints.length > limits.checkpointsPerUpdateMax) return tooManyCheckpoints(checkpoints.length);
  const wide = checkpoints.findIndex(
    (checkpoint) => typeof checkpoint === 'object' && hasManyMembers(checkpoint),
  );
  return wide === -1
    ? null
    : problem(
        'checkpoint_invalid',
        `A checkpoint has at most ${membersMax} members.`,
        `/checkpoints/${wide}`,
      );
}

function hasManyMembers(value: object | null): boolean {
  let members = 0;
  for (const _ in value) if (++members > membersMax) return true;
  return false;
}

function formProblem(item: unknown): Problem {
  const [error] = checker.Errors(item);
  const where = error?.instancePath || '/';
  const unknown = (error?.params as { additionalProperties?: string[] } | undefined)?.additionalProperties;
  const what = unknown === undefined ? error?.message : `has a member "${unknown[0]}" that is not known here`;
  return problem(
    where.startsWith('/checkpoints') ? 'checkpoint_invalid' : 'body_invalid',
    `${where} ${what}.`,
    where,
  );
}

function inOrder(readings: readonly Reading[], results: readonly UpdateResult[]) {
  let next = 0;
  return readings.map((reading) => {
    if (!reading.ok) return { error: itemError(reading.problem) };
    const result = results[next++] as UpdateResult;
    if (!result.ok) return { error: itemError(result.problem) };
    const { tracking } = result;
    return {
      tracking_id: tracking.id,
      tracking_number: tracking.rawNumber,
      courier_code: tracking.courierCode,
      status: tracking.state.status,
      revision: tracking.revision,
      changed: result.changed,
      ...(result.outvoted.length > 0 && { notes: [outvotedNote(result.outvoted)] }),
    };
  });
}

/** One for all of them, so that an answer does not grow beyond its request. */
function outvotedNote(positions: readonly number[]) {
  return {
    message: 'Another report of this scan holds. To correct it, send it again with a higher `version`.',
    where: positions.map((position) => `/checkpoints/${position}`),
  };
}
