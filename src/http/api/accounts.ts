/** `/api/v1/accounts`: the operator's view of all tenants; with it come the routes of a tenant's view of itself. */
import Type from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import type { AccountId } from '../../store/store.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import type { Api } from '../route.ts';
import { accountRoutes } from './account.ts';
import {
  AccountSchema,
  accountChanges,
  accountJson,
  accountOverlap,
  accountSecret,
  accountSettings,
} from './accountJson.ts';
import { IdParams, listOf, ref, refusals } from './fields.ts';

export interface AccountsServices {
  readonly accounts: Accounts;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'accounts', prefix: 'acc' };
const tags = ['accounts'];

const Changes = Type.Object(
  {
    signing_email: Type.Optional(accountSettings.signing_email),
    time_zone: Type.Optional(accountSettings.time_zone),
    ...accountOverlap,
    suspended: Type.Optional(
      Type.Boolean({
        description: 'A suspended account is refused every request; its deliveries wait until it is resumed.',
      }),
    ),
  },
  { additionalProperties: false },
);

export function accountsRoutes(api: Api, services: AccountsServices): void {
  const { accounts, idempotency } = services;
  api.addSchema({ $id: 'Account', ...AccountSchema });

  api.post(
    '/accounts',
    {
      config: { access: 'operator', audit: 'account.created' },
      schema: {
        tags,
        summary: 'Create an account; its first key and webhook secret are shown once',
        body: Type.Object(
          {
            signing_email: accountSettings.signing_email,
            time_zone: Type.Optional(accountSettings.time_zone),
            ...accountSecret,
          },
          { additionalProperties: false },
        ),
        response: {
          201: Type.Intersect([
            ref('Account'),
            Type.Object({
              key: Type.String({ description: 'The first API key, of an owner, shown this once.' }),
              webhook_secret: Type.String({ description: "The key of V4's `signature`, shown this once." }),
            }),
          ]),
          ...refusals,
        },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const {
          signing_email: signingEmail,
          time_zone: timeZone,
          webhook_secret: webhookSecret,
        } = request.body;
        const { account, key } = await accounts.create({ signingEmail, timeZone, webhookSecret });
        return written(201, { ...accountJson(account), key, webhook_secret: account.webhookSecret });
      }),
  );

  api.get(
    '/accounts',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'List all accounts',
        querystring: PageQuery,
        response: { 200: listOf('Account'), ...refusals },
      },
    },
    async (request) => {
      const page = pageWithin(await accounts.list(), ({ id }) => id, readPage(list, request.query));
      return pageJson(list, page, accountJson);
    },
  );

  api.get(
    '/accounts/:id',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'One account',
        params: IdParams,
        response: { 200: ref('Account'), ...refusals },
      },
    },
    async (request) => accountJson(await accounts.get(request.params.id as AccountId)),
  );

  api.patch(
    '/accounts/:id',
    {
      config: { access: 'operator', audit: 'account.updated' },
      schema: {
        tags,
        summary: 'Edit or suspend an account',
        params: IdParams,
        body: Changes,
        response: { 200: ref('Account'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = await accounts.update(request.params.id as AccountId, accountChanges(request.body));
        return written(200, accountJson(account));
      }),
  );

  accountRoutes(api, services);
}
