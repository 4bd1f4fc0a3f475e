/** Reading lists a page at a time, by id: ids begin with the millisecond in which they were made. */
import { idFloor, type Prefix } from '../base/id.ts';
import type { Page } from '../domain/page.ts';

/** The page within `limit + 1` items read. */
export function pageOf<T>(items: readonly T[], limit: number, idOf: (item: T) => string): Page<T> {
  const kept = items.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept, next: items.length > limit && last !== undefined ? idOf(last) : null };
}

export type ListOrder = 'asc' | 'desc';

/** Values of a list's conditions by their names; null: not asked for. `true` is for a condition without parameter. */
export type Asked = Readonly<Record<string, string | number | true | null>>;

const dayMs = 86_400_000;

/**
 * When something was made is decided by `created_at`; the id only narrows the search, by a day more on either side,
 * because ids run ahead of a clock that was set back.
 */
export function idRange(
  prefix: Prefix,
  { createdFrom, createdTo }: { readonly createdFrom: number | null; readonly createdTo: number | null },
): Asked {
  return {
    from: createdFrom,
    to: createdTo,
    idMin: createdFrom === null ? null : idFloor(prefix, createdFrom - dayMs),
    idMax: createdTo === null ? null : idFloor(prefix, createdTo + dayMs),
  };
}
