/** API keys of an account. Answers may have more members than are named here. */
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Query } from './pages.ts';

/** The calls of `/api/v1/keys`. */
export function makeKeys({ post, remove, list }: Calls) {
  return {
    /** The answer has the key; no later one does. */
    create: (draft: { name: string; role?: Role }, write?: WriteOptions) =>
      post<ApiKey & { key: string }>('/api/v1/keys', draft, write),
    list: (query?: Query) => list<ApiKey>('/api/v1/keys', query),
    revoke: (id: string) => remove(one('keys', id)),
  };
}

export type Role = 'owner' | 'member' | 'read-only';

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  hint: string;
  created_at: string;
  /** Some minutes late at the most. */
  last_used_at: string | null;
}
