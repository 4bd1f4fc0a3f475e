/** Saved views as rows, alike in both stores. */
import type { SavedView } from '../domain/view.ts';

export type ViewRow = [accountId: string, id: string, name: string, query: string, createdAt: number];

export const viewColumns = 'account_id, id, name, query, created_at';

export function rowOfView({ accountId, id, name, query, createdAt }: SavedView): ViewRow {
  return [accountId, id, name, JSON.stringify(query), createdAt];
}

export function viewOf([accountId, id, name, query, createdAt]: ViewRow): SavedView {
  return {
    id: id as SavedView['id'],
    accountId: accountId as SavedView['accountId'],
    name,
    query: JSON.parse(query),
    createdAt,
  };
}
