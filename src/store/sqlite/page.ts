/** Reading lists a page at a time, by id: ids begin with the millisecond in which they were made. */
import type { Page } from '../../domain/page.ts';

/** The page within `limit + 1` items read. */
export function pageOf<T extends { readonly id: string }>(items: readonly T[], limit: number): Page<T> {
  const kept = items.slice(0, limit);
  return { items: kept, next: items.length > limit ? (kept.at(-1)?.id ?? null) : null };
}

/** The smallest id that a thing made at that time can have: ids begin with their millisecond. */
export function idFloor(prefix: string, at: number): string {
  return `${prefix}_${Math.max(0, Math.floor(at)).toString(16).padStart(12, '0')}`;
}
