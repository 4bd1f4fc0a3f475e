/**
 * What couriers are shown on behalf of an account: set here, handed to their adapters when they are asked, and never shown
 * again to anybody: what is told of them is which are set. Which there are, the courier's adapter says.
 */
import type { Clock } from '../base/clock.ts';
import type { CourierAdapter, CredentialField } from '../couriers/courier.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { AccountId, CourierCredentials, CredentialStore } from '../store/store.ts';

export interface CourierCredentialsService {
  /** Of every courier that asks for some, in the order of their codes. */
  list(accountId: AccountId): Promise<readonly CredentialState[]>;
  /**
   * What is left out stays as it is, null takes away.
   * @throws AppError `courier_unknown` where the courier asks for none; `body_invalid` for a field that it does not have, or
   * one that is required and would be missing
   */
  set(
    accountId: AccountId,
    courierCode: string,
    values: Readonly<Record<string, string | null>>,
  ): Promise<CredentialState>;
  /** Takes all of them away. @throws AppError `courier_unknown` */
  remove(accountId: AccountId, courierCode: string): Promise<void>;
}

export interface CredentialState {
  readonly courierCode: string;
  readonly fields: readonly (CredentialField & { readonly isSet: boolean })[];
  /** Null: none is set. */
  readonly updatedAt: number | null;
}

export function makeCourierCredentials({
  store,
  clock,
  adapters,
}: {
  store: CredentialStore;
  clock: Clock;
  /** Those that ask for credentials. */
  adapters: readonly Pick<CourierAdapter, 'code' | 'credentials'>[];
}): CourierCredentialsService {
  function fieldsOf(courierCode: string): readonly CredentialField[] {
    const fields = adapters.find(({ code }) => code === courierCode)?.credentials;
    if (fields === undefined) throw new AppError(problem('courier_unknown', asksForNone, '/courier'));
    return fields;
  }

  return {
    async list(accountId) {
      const known = await store.allCourierCredentials(accountId);
      return adapters
        .map(({ code, credentials = [] }) => {
          const own = known.find(({ courierCode }) => courierCode === code);
          return stateOf(code, credentials, own ?? null);
        })
        .sort((a, b) => (a.courierCode < b.courierCode ? -1 : 1));
    },
    async set(accountId, courierCode, said) {
      const fields = fieldsOf(courierCode);
      for (const [name, value] of Object.entries(said)) checkValue(fields, name, value);
      // Anew where others have set some meanwhile, so that theirs stay.
      for (;;) {
        const before = await store.courierCredentials(accountId, courierCode);
        const values = merged(fields, { ...before?.values, ...said });
        const updatedAt = Math.max(clock.now(), (before?.updatedAt ?? 0) + 1);
        const credentials = { accountId, courierCode, values, updatedAt };
        if (await store.putCourierCredentials(credentials, before?.updatedAt ?? null))
          return stateOf(courierCode, fields, credentials);
      }
    },
    async remove(accountId, courierCode) {
      fieldsOf(courierCode);
      await store.deleteCourierCredentials(accountId, courierCode);
    },
  };
}

const asksForNone =
  'No courier of this code asks for credentials. GET /api/v1/courier-credentials lists those that do.';

/** What is wrong with it is said without it. */
function checkValue(fields: readonly CredentialField[], name: string, value: string | null): void {
  const where = `/values/${name.slice(0, 60)}`;
  if (!fields.some((field) => field.name === name))
    throw new AppError(problem('body_invalid', 'This courier does not ask for this.', where));
  if (value === null) return;
  if (value.trim() === '' || value.length > limits.credentialCharsMax || /\p{Cc}/u.test(value))
    throw new AppError(
      problem(
        'body_invalid',
        `Send 1 to ${limits.credentialCharsMax} characters of one line, or null.`,
        where,
      ),
    );
}

/** @throws AppError `body_invalid` where one is missing */
function merged(
  fields: readonly CredentialField[],
  said: Readonly<Record<string, string | null>>,
): CourierCredentials['values'] {
  const values = Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  const missing = fields.find(({ name, required }) => required && !Object.hasOwn(values, name));
  if (missing === undefined) return values;
  throw new AppError(
    problem('body_invalid', `This courier needs ${missing.label}.`, `/values/${missing.name}`),
  );
}

function stateOf(
  courierCode: string,
  fields: readonly CredentialField[],
  own: { readonly values: Readonly<Record<string, string>>; readonly updatedAt: number } | null,
): CredentialState {
  return {
    courierCode,
    fields: fields.map((field) => ({
      ...field,
      isSet: own !== null && Object.hasOwn(own.values, field.name),
    })),
    updatedAt: own?.updatedAt ?? null,
  };
}
