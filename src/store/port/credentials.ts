/** What couriers are shown on behalf of an account, sealed in the store. */
import type { AccountId } from '../../domain/account.ts';

export interface CredentialStore {
  courierCredentials(accountId: AccountId, courierCode: string): Promise<CourierCredentials | null>;
  /** Of all couriers, in the order of their codes. */
  allCourierCredentials(accountId: AccountId): Promise<readonly CourierCredentials[]>;
  /**
   * In place of those that there were. False, and nothing is written, where others have taken that place since.
   * @param before when those were updated from which these were made; null: there were none
   */
  putCourierCredentials(credentials: CourierCredentials, before: number | null): Promise<boolean>;
  /** Whether there were any. */
  deleteCourierCredentials(accountId: AccountId, courierCode: string): Promise<boolean>;
}

export interface CourierCredentials {
  readonly accountId: AccountId;
  readonly courierCode: string;
  /** By name. */
  readonly values: Readonly<Record<string, string>>;
  /** Later than of those before. */
  readonly updatedAt: number;
}
