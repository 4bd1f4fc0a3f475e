/** What a courier is shown as a row, alike in both stores: sealed as one JSON object, so that not even the names are told. */
import type { Vault } from '../vault.ts';
import type { CourierCredentials } from './store.ts';

export type CredentialRow = [accountId: string, courierCode: string, valuesSealed: string, updatedAt: number];

export const credentialColumns = 'account_id, courier_code, values_sealed, updated_at';

export const credentialPurpose = 'courier.credentials';

export function rowOfCredentials(credentials: CourierCredentials, vault: Vault): CredentialRow {
  const { accountId, courierCode, values, updatedAt } = credentials;
  return [accountId, courierCode, vault.seal(credentialPurpose, JSON.stringify(values)), updatedAt];
}

export function credentialsOf(
  [accountId, courierCode, valuesSealed, updatedAt]: CredentialRow,
  vault: Vault,
): CourierCredentials {
  return {
    accountId: accountId as CourierCredentials['accountId'],
    courierCode,
    values: JSON.parse(vault.open(credentialPurpose, valuesSealed)),
    updatedAt,
  };
}
