/** The account that the very first start makes, and the file in the data directory that its key stands in. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { systemTimeZone } from '../base/clock.ts';
import { draftSecret } from '../base/secretFile.ts';
import type { FirstAccount } from '../config/config.ts';
import type { Account } from '../domain/account.ts';
import type { AccountStore } from '../store/store.ts';
import { type Accounts, newKey } from './accounts.ts';

/** Null where there is an account already. @throws Error, in words for the operator, when the key cannot be written */
export async function makeFirstAccount(
  given: FirstAccount,
  { accounts, store, folder }: { accounts: Accounts; store: AccountStore; folder: string },
): Promise<{ readonly account: Account; readonly key: string } | null> {
  if ((await store.accounts()).length > 0) return null;
  const key = given.apiKey ?? newKey('wk');
  // Written before the account: one that is there whose key could not be written would have none that anybody knows. Put in
  // place after it: another process may be making it at this very moment, in the same folder.
  const draft = draftSecret(path.join(folder, 'api-key'), key);
  try {
    const made = await accounts.createFirst({
      signingEmail: given.email ?? `owner-${randomUUID().slice(0, 8)}@waybell.invalid`,
      timeZone: given.timeZone ?? systemTimeZone(),
      webhookSecret: given.webhookSecret ?? undefined,
      apiKey: key,
    });
    if (made !== null) draft.keep();
    return made;
  } finally {
    draft.drop();
  }
}
