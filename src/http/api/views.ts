/** `/api/v1/views`: lists of trackings that are looked at again and again, by name. They are the account's. */
import Type from 'typebox';
import { given } from '../../base/given.ts';
import type { Account } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import type { SavedView } from '../../domain/view.ts';
import type { Views } from '../../tracking/views.ts';
import { type Idempotency, nothing, written } from '../idempotency.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { IdParams, Instant, instantsOf, listOf, Nothing, ref, refusals } from './fields.ts';
import { type FilterQuery, filterOf, filterQuery } from './trackingQuery.ts';

export interface ViewsServices {
  readonly views: Views;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'views', prefix: 'view' };
const tags = ['views'];

const Name = Type.String({
  description: `Once in the account; at most ${limits.viewNameCharsMax} characters are kept.`,
});
const Filter = Type.Object(filterQuery, {
  additionalProperties: false,
  description: 'Parameters of `GET /api/v1/trackings`, as texts, checked as they are there.',
});

const ViewSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  query: Type.Record(Type.String(), Type.String()),
  created_at: Instant,
});

export function viewsRoutes(api: Api, { views, idempotency }: ViewsServices): void {
  api.addSchema({ $id: 'View', ...ViewSchema });

  api.post(
    '/views',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Save a view of the trackings under a name',
        body: Type.Object({ name: Name, query: Filter }, { additionalProperties: false }),
        response: { 201: ref('View'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const { name, query } = request.body;
        const view = await views.create(account.id, { name, query: checked(query) });
        return written(201, viewJson(view, account));
      }),
  );

  api.get(
    '/views',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List the saved views, oldest first',
        querystring: PageQuery,
        response: { 200: listOf('View'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = pageWithin(await views.list(account.id), ({ id }) => id, readPage(list, request.query));
      return pageJson(list, page, (view) => viewJson(view, account));
    },
  );

  api.patch(
    '/views/:id',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Rename a saved view, or change what it shows',
        params: IdParams,
        body: Type.Object(
          { name: Type.Optional(Name), query: Type.Optional(Filter) },
          { additionalProperties: false },
        ),
        response: { 200: ref('View'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const { name, query } = request.body;
        const view = await views.change(
          account.id,
          request.params.id,
          given({ name, query: query && checked(query) }),
        );
        return written(200, viewJson(view, account));
      }),
  );

  api.delete(
    '/views/:id',
    {
      config: { access: 'write', audit: null },
      schema: {
        tags,
        summary: 'Delete a saved view; no tracking is touched',
        params: IdParams,
        response: { 204: Nothing, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        await views.remove(accountOf(request).id, request.params.id);
        return nothing;
      }),
  );
}

/** As it was said, where a list takes it. @throws AppError as `filterOf` */
function checked(query: FilterQuery): SavedView['query'] {
  filterOf(query);
  return query as SavedView['query'];
}

function viewJson(
  { id, name, query, createdAt }: SavedView,
  account: Account,
): Type.Static<typeof ViewSchema> {
  return { id, name, query, created_at: instantsOf(account)(createdAt) };
}
