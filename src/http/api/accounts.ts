/** `/api/v1/accounts`: the operator's view of all tenants; `/api/v1/account`: a tenant's of itself. */
import Type from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Account } from '../../domain/account.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import type { AccountId } from '../../store/store.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { IdParams, Instant, instantsOf, listOf, ref, refusals } from './fields.ts';

export interface AccountsServices {
  readonly accounts: Accounts;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'accounts', prefix: 'acc' };
const tags = ['accounts'];

const settings = {
  signing_email: Type.String({
    maxLength: limits.fieldCharsMax,
    description: "The key of TrackingMore's V2 and V3 signatures.",
  }),
  time_zone: Type.String({ description: 'IANA name; `created_at` and the like are written in it.' }),
};

const secret = {
  webhook_secret: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{16,200}$',
      description:
        "The key of V4's `signature`, to bring one along; 16 to 200 printable characters. Never shown again.",
    }),
  ),
};

const AccountSchema = Type.Object({
  id: Type.String(),
  ...settings,
  suspended: Type.Boolean(),
  created_at: Instant,
});

const OwnChanges = Type.Object(
  {
    signing_email: Type.Optional(settings.signing_email),
    time_zone: Type.Optional(settings.time_zone),
    ...secret,
  },
  { additionalProperties: false },
);

const Changes = Type.Object(
  {
    signing_email: Type.Optional(settings.signing_email),
    time_zone: Type.Optional(settings.time_zone),
    suspended: Type.Optional(Type.Boolean({ description: 'A suspended account is refused every request.' })),
  },
  { additionalProperties: false },
);

export function accountsRoutes(api: Api, { accounts, idempotency }: AccountsServices): void {
  api.addSchema({ $id: 'Account', ...AccountSchema });

  async function change(id: AccountId, said: Type.Static<typeof Changes> & Type.Static<typeof OwnChanges>) {
    const {
      signing_email: signingEmail,
      time_zone: timeZone,
      webhook_secret: webhookSecret,
      suspended,
    } = said;
    const others = signingEmail === undefined ? [] : await accounts.list();
    if (others.some((other) => other.id !== id && other.signingEmail === signingEmail)) {
      throw new AppError(problem('account_exists', undefined, '/signing_email'));
    }
    const account = await accounts.update(id, {
      ...(signingEmail === undefined ? {} : { signingEmail }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(webhookSecret === undefined ? {} : { webhookSecret }),
      ...(suspended === undefined ? {} : { suspended }),
    });
    return accountJson(account);
  }

  api.post(
    '/accounts',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Create an account; its first key and webhook secret are shown once',
        body: Type.Object(
          { signing_email: settings.signing_email, time_zone: Type.Optional(settings.time_zone), ...secret },
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
      config: { access: 'operator' },
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
        const { id } = await accounts.get(request.params.id as AccountId);
        return written(200, await change(id, request.body));
      }),
  );

  api.get(
    '/account',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'The account of the key in use',
        response: { 200: ref('Account'), ...refusals },
      },
    },
    (request) => accountJson(accountOf(request)),
  );

  api.patch(
    '/account',
    {
      config: { access: 'owner' },
      schema: {
        tags,
        summary: 'Edit the account of the key in use',
        body: OwnChanges,
        response: { 200: ref('Account'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () =>
        written(200, await change(accountOf(request).id, request.body)),
      ),
  );
}

function accountJson(account: Account): Type.Static<typeof AccountSchema> {
  return {
    id: account.id,
    signing_email: account.signingEmail,
    time_zone: account.timeZone,
    suspended: account.suspended,
    created_at: instantsOf(account)(account.createdAt),
  };
}
