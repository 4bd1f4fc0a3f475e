/** `/api/v1/trackings`: create, read, edit and put away trackings. */
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { trackUrl } from '../../accounts/trackLinks.ts';
import type { Clock } from '../../base/clock.ts';
import { ATTENTIONS } from '../../domain/attention.ts';
import { limits } from '../../domain/limits.ts';
import type { Tracking } from '../../domain/tracking.ts';
import type { AccountId } from '../../store/store.ts';
import type { UpdateResult } from '../../tracking/ingest.ts';
import type { Trackings } from '../../tracking/trackings.ts';
import { type Idempotency, nothing, type Written, written } from '../idempotency.ts';
import type { OutsideUrl } from '../outsideUrl.ts';
import { type List, pageJson, pageQuery, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import { HTTP_STATUS, problemDetails } from '../problem.ts';
import type { Api } from '../route.ts';
import { fieldSchemas, IdParams, listOf, Nothing, nullable, ref, refusals } from './fields.ts';
import { trackingCountsJson } from './trackingCountsJson.ts';
import { TrackingSchema, trackingJson } from './trackingJson.ts';
import { filterOf, filterQuery } from './trackingQuery.ts';

export interface TrackingsServices {
  readonly trackings: Trackings;
  readonly clock: Clock;
  readonly idempotency: Idempotency;
  readonly outsideUrl: OutsideUrl;
}

const list: List = { name: 'trackings', prefix: 'trk' };
const tags = ['trackings'];

const Draft = Type.Object(
  { tracking_number: Type.String(), courier_code: Type.Optional(nullable(Type.String())), ...fieldSchemas },
  { additionalProperties: false },
);

const Changes = Type.Object(
  {
    courier_code: Type.Optional(
      nullable(Type.String({ description: 'May become known, and then does not change.' })),
    ),
    status: Type.Optional(
      nullable(
        Type.String({
          description: 'A status or sub-status set by hand, above all reports; null takes it back.',
        }),
      ),
    ),
    archived: Type.Optional(Type.Boolean()),
    ...fieldSchemas,
  },
  { additionalProperties: false },
);

const Query = Type.Object({ ...pageQuery, ...filterQuery }, { additionalProperties: false });

const Counts = Type.Object({
  by_status: Type.Record(Type.String(), Type.Integer(), { description: 'Of those that are not archived.' }),
  attention: Type.Record(Type.String(), Type.Integer(), { description: 'Each up to `counted_to`.' }),
  archived: Type.Integer(),
  counted_to: Type.Integer(),
});

export function trackingsRoutes(
  api: Api,
  { trackings, clock, idempotency, outsideUrl }: TrackingsServices,
): void {
  api.addSchema({ $id: 'Tracking', ...TrackingSchema });

  function jsonFor(request: FastifyRequest, { checkpoints } = { checkpoints: true }) {
    const account = accountOf(request);
    const server = outsideUrl(request);
    return (tracking: Tracking) =>
      trackingJson(tracking, account, {
        ...{ checkpoints, now: clock.now() },
        trackUrl: trackUrl(server, account, tracking.id),
      });
  }

  api.post(
    '/trackings',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Create a tracking; one that exists is updated by what is said and answered with 200',
        body: Draft,
        response: { 200: ref('Tracking'), 201: ref('Tracking'), ...refusals },
      },
    },
    (request, reply) => {
      const account = accountOf(request);
      const { tracking_number: number, courier_code: courierCode = null, ...fields } = request.body;
      const json = jsonFor(request);
      const answerOf = (result: UpdateResult): Written =>
        result.ok
          ? written(result.created ? 201 : 200, json(result.tracking))
          : written(HTTP_STATUS[result.problem.code], problemDetails(result.problem));
      return idempotency.once(request, reply, async (remember) => {
        const { tracking, created } = await trackings.create(
          account.id,
          { number, courierCode, fields },
          remember &&
            ((result) => {
              const { status, body } = answerOf(result);
              return remember(status, body);
            }),
        );
        return answerOf({ ok: true, tracking, created, changed: true, outvoted: [] });
      });
    },
  );

  api.get(
    '/trackings',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List trackings, newest first, without their checkpoints',
        querystring: Query,
        response: { 200: listOf('Tracking'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = await trackings.list(account.id, filterOf(request.query), readPage(list, request.query));
      return pageJson(list, page, jsonFor(request, { checkpoints: false }));
    },
  );

  api.get(
    '/trackings/counts',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'How many trackings there are of each status, and how many need attention',
        response: { 200: Counts, ...refusals },
      },
    },
    async (request) => {
      const { kept, attention } = await trackings.counts(accountOf(request).id);
      const { by_status, archived } = trackingCountsJson(kept);
      return {
        ...{ by_status, archived },
        attention: Object.fromEntries(ATTENTIONS.map((kind) => [kind, attention[kind]])),
        counted_to: limits.attentionCountedMax,
      };
    },
  );

  api.get(
    '/trackings/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'One tracking with its checkpoints',
        params: IdParams,
        response: { 200: ref('Tracking'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      return jsonFor(request)(await trackings.get(account.id, request.params.id));
    },
  );

  api.patch(
    '/trackings/:id',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Edit a tracking; what is left out stays',
        params: IdParams,
        body: Changes,
        response: { 200: ref('Tracking'), ...refusals },
      },
    },
    (request, reply) => {
      const account = accountOf(request);
      const { courier_code: courierCode, status, archived, ...fields } = request.body;
      return idempotency.onceThen(request, reply, async () => {
        const changes = { courierCode, status, archived, fields };
        return written(200, jsonFor(request)(await trackings.change(account.id, request.params.id, changes)));
      });
    },
  );

  api.delete(
    '/trackings/:id',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Delete a tracking; deliveries that wait still go out',
        params: IdParams,
        response: { 204: Nothing, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        await trackings.remove(accountOf(request).id, request.params.id);
        return nothing;
      }),
  );

  for (const [name, { summary, act }] of Object.entries(actions)) {
    api.post(
      `/trackings/:id/${name}`,
      {
        config: { access: 'write', audit: null },
        schema: { tags, summary, params: IdParams, response: { 200: ref('Tracking'), ...refusals } },
      },
      (request: FastifyRequest<{ Params: { id: string } }>, reply) =>
        idempotency.onceThen(request, reply, async () => {
          const account = accountOf(request);
          return written(200, jsonFor(request)(await act(trackings, account.id, request.params.id)));
        }),
    );
  }
}

interface Action {
  readonly summary: string;
  act(trackings: Trackings, accountId: AccountId, id: string): Promise<Tracking>;
}

const actions: Readonly<Record<string, Action>> = {
  refresh: {
    summary: 'Ask the courier for news now',
    act: (trackings, accountId, id) => trackings.refresh(accountId, id),
  },
  archive: {
    summary: 'Put a tracking away; it is updated and sent all the same',
    act: (trackings, accountId, id) => trackings.archive(accountId, id, true),
  },
  unarchive: {
    summary: 'Take a tracking back from the archive',
    act: (trackings, accountId, id) => trackings.archive(accountId, id, false),
  },
  stop: {
    summary: 'Ask the courier no more; reports are still taken',
    act: (trackings, accountId, id) => trackings.stop(accountId, id),
  },
  resume: {
    summary: 'Ask the courier again',
    act: (trackings, accountId, id) => trackings.resume(accountId, id),
  },
};
