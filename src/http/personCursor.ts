/** Where going through an account for a person goes on, as text that means nothing to callers. */
import { AppError } from '../domain/error.ts';
import type { Place } from '../people/walk.ts';

export function writePlace(place: Place | null): string | null {
  return place && Buffer.from(`people:${place.in}:${place.after ?? ''}`).toString('base64url');
}

/** Null: at the beginning. @throws AppError `cursor_invalid` */
export function readPlace(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, table, after] = /^people:(trackings|events):((?:trk|evt)_[0-9a-f]{32})?$/.exec(text) ?? [];
  if (table === undefined) throw new AppError('cursor_invalid');
  return { in: table as Place['in'], after: after ?? null };
}
