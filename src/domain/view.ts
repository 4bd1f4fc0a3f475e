/** A saved view: what somebody looks for among the trackings again and again, by a name. It is the account's. */
import type { Id } from '../base/id.ts';
import type { AccountId } from './account.ts';

export interface SavedView {
  readonly id: Id<'view'>;
  readonly accountId: AccountId;
  /** Once in an account. */
  readonly name: string;
  /** The parameters of a list, as its address has them. */
  readonly query: Readonly<Record<string, string>>;
  readonly createdAt: number;
}
