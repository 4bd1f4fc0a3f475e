/** Saved views of the trackings: a name for a list's parameters, which the API has checked as the list would. */
import type { Clock } from '../base/clock.ts';
import { given } from '../base/given.ts';
import type { Ids } from '../base/id.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { SavedView } from '../domain/view.ts';
import { cleanText } from '../normalise/text.ts';
import type { AccountId, ViewStore } from '../store/store.ts';

export interface Views {
  list(accountId: AccountId): Promise<readonly SavedView[]>;
  /** @throws AppError `body_invalid`, `view_exists`, `views_too_many` */
  create(accountId: AccountId, draft: Pick<SavedView, 'name' | 'query'>): Promise<SavedView>;
  /** @throws AppError `body_invalid`, `view_not_found`, `view_exists` */
  change(
    accountId: AccountId,
    id: string,
    changes: Partial<Pick<SavedView, 'name' | 'query'>>,
  ): Promise<SavedView>;
  /** @throws AppError `view_not_found` */
  remove(accountId: AccountId, id: string): Promise<void>;
}

export interface ViewsOptions {
  readonly store: ViewStore;
  readonly ids: Ids;
  readonly clock: Clock;
}

const refusals = { name_taken: 'view_exists', too_many: 'views_too_many', gone: 'view_not_found' } as const;

export function makeViews({ store, ids, clock }: ViewsOptions): Views {
  return {
    list: (accountId) => store.views(accountId),
    async create(accountId, { name, query }) {
      const view: SavedView = {
        ...{ id: ids.next('view'), accountId, createdAt: clock.now() },
        ...{ name: readName(name), query },
      };
      const written = await store.insertView(view, limits.viewsPerAccountMax);
      if (written !== 'written') throw new AppError(refusals[written]);
      return view;
    },
    async change(accountId, id, { name, query }) {
      const before = await store.view(accountId, id);
      if (before === null) throw new AppError('view_not_found');
      const view: SavedView = {
        ...before,
        ...given({ name: name === undefined ? undefined : readName(name), query }),
      };
      const written = await store.updateView(view);
      if (written !== 'written') throw new AppError(refusals[written]);
      return view;
    },
    async remove(accountId, id) {
      if (!(await store.deleteView(accountId, id))) throw new AppError('view_not_found');
    },
  };
}

function readName(raw: string): string {
  const name = cleanText(raw, limits.viewNameCharsMax);
  if (name !== '') return name;
  throw new AppError(problem('body_invalid', 'A view has a name of at least one character.', '/name'));
}
