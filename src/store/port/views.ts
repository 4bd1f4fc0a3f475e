/** Saved views of the trackings. Whoever writes one has read none before: the store sees to names and numbers. */
import type { AccountId } from '../../domain/account.ts';
import type { SavedView } from '../../domain/view.ts';

export interface ViewStore {
  /** In the order of their ids. */
  views(accountId: AccountId): Promise<readonly SavedView[]>;
  view(accountId: AccountId, id: string): Promise<SavedView | null>;
  /** At most about `viewsMax` an account: of those that come at the same moment one more may be taken. */
  insertView(view: SavedView, viewsMax: number): Promise<'written' | 'name_taken' | 'too_many'>;
  /** Its name and query. */
  updateView(view: SavedView): Promise<'written' | 'name_taken' | 'gone'>;
  /** Whether there was one. */
  deleteView(accountId: AccountId, id: string): Promise<boolean>;
}
