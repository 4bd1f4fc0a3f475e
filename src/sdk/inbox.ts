/** The built-in receiver. Answers may have more members than are named here. */
import type { Calls } from './calls.ts';
import { type Page, type Query, queryOf } from './pages.ts';

/** The calls of `/api/v1/inbox`. */
export function makeInbox({ get }: Calls) {
  return {
    /** One page, newest first, and where the account's receiver is. */
    page: (query: Query = {}) => get<Inbox>(`/api/v1/inbox${queryOf(query)}`),
  };
}

export interface Inbox extends Page<InboxMessage> {
  url: string;
}

export interface InboxMessage {
  id: string;
  received_at: string;
  verified: boolean;
  /** Why not. */
  reason: string | null;
  headers: Record<string, string>;
  body: string;
}
