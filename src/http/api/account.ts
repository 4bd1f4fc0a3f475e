/** `/api/v1/account`: a tenant's view of itself. */
import Type from 'typebox';
import type { Accounts } from '../../accounts/accounts.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { accountOf, seenAccountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import {
  accountChanges,
  accountJson,
  accountOverlap,
  accountSecret,
  accountSettings,
} from './accountJson.ts';
import { type AccountPagesServices, accountPagesRoutes } from './accountPages.ts';
import { SettingsChangesSchema } from './accountSettingsJson.ts';
import { nullable, overlapSeconds, overlapSecondsDefault, ref, refusals } from './fields.ts';

export interface AccountServices extends AccountPagesServices {
  readonly accounts: Pick<Accounts, 'update' | 'rotateWebhookSecret'> & AccountPagesServices['accounts'];
  readonly idempotency: Idempotency;
}

const tags = ['accounts'];

const Changes = Type.Object(
  {
    signing_email: Type.Optional(accountSettings.signing_email),
    time_zone: Type.Optional(accountSettings.time_zone),
    ...accountSecret,
    ...accountOverlap,
    settings: Type.Optional(SettingsChangesSchema),
  },
  { additionalProperties: false },
);

export function accountRoutes(api: Api, services: AccountServices): void {
  const { accounts, idempotency } = services;
  accountPagesRoutes(api, services);

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
    (request) => accountJson(seenAccountOf(request)),
  );

  api.patch(
    '/account',
    {
      config: { access: 'owner', audit: 'account.updated' },
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

  api.post(
    '/account/rotate-webhook-secret',
    {
      config: { access: 'owner', audit: 'account.secret_rotated' },
      schema: {
        tags,
        summary:
          "Change the key of V4's `signature`; the old one signs until the overlap is over, then the new one",
        body: nullable(
          Type.Object(
            {
              ...accountSecret,
              overlap_seconds: overlapSeconds(`${overlapSecondsDefault} if not given.`),
            },
            { additionalProperties: false },
          ),
        ),
        response: {
          200: Type.Intersect([
            ref('Account'),
            Type.Object({ webhook_secret: Type.String({ description: 'The new one, shown this once.' }) }),
          ]),
          ...refusals,
        },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const { webhook_secret: secret, overlap_seconds: overlap } = request.body ?? {};
        const account = await accounts.rotateWebhookSecret(accountOf(request).id, {
          secret,
          overlapSeconds: overlap ?? overlapSecondsDefault,
        });
        return written(200, { ...accountJson(account), webhook_secret: account.webhookSecret });
      }),
  );
}
