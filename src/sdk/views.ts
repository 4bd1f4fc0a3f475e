/** Saved views: lists of trackings by a name. Answers may have more members than are named here. */
import { type Calls, one, type WriteOptions } from './calls.ts';
import type { Query } from './pages.ts';

/** The calls of `/api/v1/views`. */
export function makeViews({ post, patch, remove, list }: Calls) {
  return {
    create: (draft: ViewDraft, write?: WriteOptions) => post<View>('/api/v1/views', draft, write),
    list: (query?: Query) => list<View>('/api/v1/views', query),
    update: (id: string, changes: Partial<ViewDraft>) => patch<View>(one('views', id), changes),
    remove: (id: string) => remove(one('views', id)),
  };
}

export interface ViewDraft {
  /** Once in an account. */
  name: string;
  /** Parameters of the list of trackings, as texts: `{ status: 'transit,pickup', archived: 'false' }`. */
  query: Record<string, string>;
}

export interface View extends ViewDraft {
  id: string;
  created_at: string;
}
