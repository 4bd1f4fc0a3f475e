/** `/api/v1/courier-credentials`: by what couriers know the account. What was set is never answered, only that it is. */
import Type from 'typebox';
import type { CourierCredentialsService, CredentialState } from '../../accounts/courierCredentials.ts';
import { courierOf } from '../../couriers/catalogue.ts';
import type { Account } from '../../domain/account.ts';
import { type Idempotency, nothing, written } from '../idempotency.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { Instant, instantsOf, listOf, Nothing, nullable, ref, refusals } from './fields.ts';

export interface CourierCredentialsServices {
  readonly courierCredentials: CourierCredentialsService;
  readonly idempotency: Idempotency;
}

const tags = ['couriers'];

const CredentialsSchema = Type.Object({
  courier_code: Type.String(),
  name: Type.String({ description: 'Of the courier.' }),
  fields: Type.Array(
    Type.Object({
      name: Type.String(),
      label: Type.String({ description: 'As the courier calls it.' }),
      secret: Type.Boolean({ description: 'To be typed unseen.' }),
      required: Type.Boolean(),
      set: Type.Boolean(),
    }),
  ),
  updated_at: nullable(Instant),
});

const CourierParams = Type.Object({ courier: Type.String() });

export function courierCredentialsRoutes(
  api: Api,
  { courierCredentials, idempotency }: CourierCredentialsServices,
): void {
  api.addSchema({ $id: 'CourierCredentials', ...CredentialsSchema });

  api.get(
    '/courier-credentials',
    {
      config: { access: 'owner' },
      schema: {
        tags,
        summary: 'The couriers that ask for credentials, and which are set',
        response: { 200: listOf('CourierCredentials'), ...refusals },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const states = await courierCredentials.list(account.id);
      return { data: states.map((state) => credentialsJson(state, account)), next_cursor: null };
    },
  );

  api.put(
    '/courier-credentials/:courier',
    {
      config: { access: 'owner', audit: 'courier.credentials_set' },
      schema: {
        tags,
        summary: 'Set what a courier is shown; it is never shown again',
        params: CourierParams,
        body: Type.Object(
          {
            values: Type.Record(Type.String(), nullable(Type.String()), {
              description: 'By the names of the fields. What is left out stays as it is; null takes away.',
              minProperties: 1,
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: ref('CourierCredentials'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const account = accountOf(request);
        const { courier } = request.params;
        const state = await courierCredentials.set(account.id, courier, request.body.values);
        return written(200, credentialsJson(state, account));
      }),
  );

  api.delete(
    '/courier-credentials/:courier',
    {
      config: { access: 'owner', audit: 'courier.credentials_removed' },
      schema: {
        tags,
        summary: 'Take away what a courier is shown',
        params: CourierParams,
        response: { 204: Nothing, ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        await courierCredentials.remove(accountOf(request).id, request.params.courier);
        return nothing;
      }),
  );
}

function credentialsJson(
  { courierCode, fields, updatedAt }: CredentialState,
  account: Account,
): Type.Static<typeof CredentialsSchema> {
  return {
    courier_code: courierCode,
    name: courierOf(courierCode)?.name ?? courierCode,
    fields: fields.map(({ name, label, secret, required, isSet }) => ({
      name,
      label,
      secret,
      required,
      set: isSet,
    })),
    updated_at: instantsOf(account)(updatedAt),
  };
}
