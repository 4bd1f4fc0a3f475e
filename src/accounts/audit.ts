/** The audit log of an account: who changed what of its settings, when and from where. Nothing in it is ever changed. */
import type { Clock } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import type { Ids } from '../base/id.ts';
import { limits } from '../domain/limits.ts';
import type { AuditEntry } from '../domain/member.ts';
import type { Page } from '../domain/page.ts';
import type { AccountId, MemberStore, PageRequest } from '../store/store.ts';

export interface Audit {
  write(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  /** Newest first. */
  list(accountId: AccountId, page: PageRequest): Promise<Page<AuditEntry>>;
  /** Lets go of what is older than is kept. */
  forget(): Promise<void>;
}

export function makeAudit({
  store,
  ids,
  clock,
}: {
  store: Pick<MemberStore, 'insertAuditEntry' | 'auditEntries' | 'forgetAuditEntries'>;
  ids: Ids;
  clock: Clock;
}): Audit {
  return {
    write: (entry) => store.insertAuditEntry({ id: ids.next('aud'), at: clock.now(), ...entry }),
    list: (accountId, page) => store.auditEntries(accountId, page),
    forget: () => store.forgetAuditEntries(clock.now() - limits.auditDays * dayMs),
  };
}
