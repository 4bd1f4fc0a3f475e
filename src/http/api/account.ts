/** `/api/v1/account`: a tenant's view of itself. */
import Type from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { accountChanges, accountJson, accountSecret, accountSettings } from './accountJson.ts';
import { ref, refusals } from './fields.ts';

export interface AccountServices {
  readonly accounts: Pick<Accounts, 'update'>;
  readonly idempotency: Idempotency;
}

const tags = ['accounts'];

const Changes = Type.Object(
  {
    signing_email: Type.Optional(accountSettings.signing_email),
    time_zone: Type.Optional(accountSettings.time_zone),
    ...accountSecret,
  },
  { additionalProperties: false },
);

export function accountRoutes(api: Api, { accounts, idempotency }: AccountServices): void {
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
        body: Changes,
        response: { 200: ref('Account'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = await accounts.update(accountOf(request).id, accountChanges(request.body));
        return written(200, accountJson(account));
      }),
  );
}
