/** `/api/v1/keys`: an account's API keys. A key is shown when it is made; afterwards only its beginning is. */
import Type from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import { type Account, type ApiKey, ROLES } from '../../domain/account.ts';
import { cleanText } from '../../normalise/text.ts';
import { type Idempotency, nothing, written } from '../idempotency.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { IdParams, Instant, instantsOf, listOf, Nothing, nullable, oneOf, ref, refusals } from './fields.ts';

export interface KeysServices {
  readonly accounts: Accounts;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'keys', prefix: 'key' };
const tags = ['keys'];
const nameCharsMax = 100;

const KeySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: oneOf(ROLES),
  hint: Type.String({ description: 'Its first characters, to recognise it by.' }),
  created_at: Instant,
  last_used_at: nullable(
    Type.Unsafe<string>({ ...Instant, description: 'Some minutes late at the most; null: not yet.' }),
  ),
});

export function keysRoutes(api: Api, { accounts, idempotency }: KeysServices): void {
  api.addSchema({ $id: 'Key', ...KeySchema });

  api.post(
    '/keys',
    {
      config: { access: 'owner', audit: 'key.created' },
      schema: {
        tags,
        summary: 'Create a key; it is shown once',
        body: Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: nameCharsMax }),
            role: Type.Optional(oneOf(ROLES, '`member` if not given.')),
          },
          { additionalProperties: false },
        ),
        response: {
          201: Type.Intersect([
            ref('Key'),
            Type.Object({ key: Type.String({ description: 'Shown this once.' }) }),
          ]),
          ...refusals,
        },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const name = cleanText(request.body.name, nameCharsMax);
        const { key, record } = await accounts.createKey(account.id, {
          name,
          role: request.body.role ?? 'member',
        });
        return written(201, { ...keyJson(record, account), key });
      }),
  );

  api.get(
    '/keys',
    {
      config: { access: 'owner' },
      schema: {
        tags,
        summary: 'List the keys of the account',
        querystring: PageQuery,
        response: { 200: listOf('Key'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const page = pageWithin(await accounts.keys(account.id), ({ id }) => id, readPage(list, request.query));
      return pageJson(list, page, (key) => keyJson(key, account));
    },
  );

  api.delete(
    '/keys/:id',
    {
      config: { access: 'owner', audit: 'key.revoked' },
      schema: {
        tags,
        summary: 'Revoke a key at once',
        params: IdParams,
        response: { 204: Nothing, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        await accounts.revokeKey(account.id, request.params.id);
        return nothing;
      }),
  );
}

function keyJson(key: ApiKey, account: Account): Type.Static<typeof KeySchema> {
  const instant = instantsOf(account);
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    hint: key.hint,
    created_at: instant(key.createdAt),
    last_used_at: instant(key.lastUsedAt),
  };
}
