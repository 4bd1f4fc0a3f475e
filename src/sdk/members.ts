/** Members of an account, who sign in to its console. Answers may have more members than are named here. */
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Role } from './keys.ts';
import type { Query } from './pages.ts';

/** The calls of `/api/v1/members`. */
export function makeMembers({ post, patch, remove, list }: Calls) {
  return {
    /** The answer has the link by which the member sets a password; no later one does. */
    invite: (draft: { email: string; name?: string | null; role?: Role }, write?: WriteOptions) =>
      post<Invitation>('/api/v1/members', draft, write),
    list: (query?: Query) => list<Member>('/api/v1/members', query),
    update: (id: string, changes: { name?: string | null; role?: Role }) =>
      patch<Member>(one('members', id), changes),
    remove: (id: string) => remove(one('members', id)),
    /** Makes a new link; the one before leads nowhere any more. */
    makeLink: (id: string, write?: WriteOptions) =>
      post<Invitation>(one('members', id, 'link'), undefined, write),
  };
}

export interface Member {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  has_password: boolean;
  link_until: string | null;
  created_at: string;
  signed_in_at: string | null;
}

export interface Invitation {
  member: Member;
  link: string;
  /** Whether the link was also sent to the member by mail. */
  mailed: boolean;
}

/** The log of who changed what: for owners. */
export function makeAudit({ list }: Calls) {
  return { list: (query?: Query) => list<AuditEntry>('/api/v1/audit', query) };
}

export interface AuditEntry {
  id: string;
  at: string;
  /** Id of a member or of a key, or `operator`. It may be gone by now. */
  actor: string;
  /** Such as `webhook.updated`. */
  action: string;
  about: string | null;
  address: string;
}
