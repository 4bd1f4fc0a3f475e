/** Who wants no letters of an account. */
import type { AccountId } from '../../domain/account.ts';

export interface MailStore {
  /** Keeps that whoever has the address wants none; once is as good as twice. */
  refuseMail(refusal: MailRefusal): Promise<void>;
  isMailRefused(address: Pick<MailRefusal, 'accountId' | 'addressHash'>): Promise<boolean>;
}

export interface MailRefusal {
  readonly accountId: AccountId;
  /** Nobody's address is kept for that. */
  readonly addressHash: string;
  readonly createdAt: number;
}
