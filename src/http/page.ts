/**
 * The query of lists: `cursor`, `limit` and filters. A cursor is opaque: the name of its list and the id of the last
 * row seen, so that rows that come or go meanwhile neither repeat nor skip others, and another list's is recognised.
 * Values arrive as text (nothing is coerced) and are refused by the name of their parameter.
 */
import Type from 'typebox';
import { isId, type Prefix } from '../base/id.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { Page } from '../domain/page.ts';
import type { PageRequest } from '../store/store.ts';

/** A list by name, and what its rows' ids begin with; null where its rows have words for ids. */
export interface List {
  readonly name: string;
  readonly prefix: Prefix | null;
}

export const pageQuery = {
  cursor: Type.Optional(Type.String({ description: '`next_cursor` of the page before.' })),
  limit: Type.Optional(
    Type.String({ description: `1 to ${limits.pageSizeMax}; ${limits.pageSizeDefault} if not given.` }),
  ),
};

/** The query of a list without filters. */
export const PageQuery = Type.Object(pageQuery, { additionalProperties: false });

/** @throws AppError `cursor_invalid`, `body_invalid` */
export function readPage(list: List, query: { cursor?: string; limit?: string }): PageRequest {
  return {
    after: query.cursor === undefined ? null : readCursor(list, query.cursor),
    limit: readLimit(query.limit),
  };
}

/** @param after the last row's id; empty: the beginning */
export function makeCursor(list: List, after: string): string {
  return Buffer.from(`${list.name}:${after}`).toString('base64url');
}

/** The answer of a list. */
export function pageJson<Row, Json>(list: List, { items, next }: Page<Row>, json: (row: Row) => Json) {
  return { data: items.map(json), next_cursor: next === null ? null : makeCursor(list, next) };
}

/** A page of a short list that is wholly in memory, in the order of its keys. */
export function pageWithin<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  { after, limit }: PageRequest,
): Page<Row> {
  const rest = after === null ? rows : rows.filter((row) => keyOf(row) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last !== undefined ? keyOf(last) : null };
}

/** Milliseconds of an ISO 8601 instant; null if it was not given. @throws AppError `body_invalid` */
export function readInstant(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  // The plus of an offset arrives as a space when it was not escaped.
  const iso = text.replace(/ (?=\d{2}:\d{2}$)/, '+');
  const at = instantForm.test(iso) ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(at)) {
    throw refuse(
      name,
      'is an ISO 8601 time with its zone, such as 2026-03-02T08:30:00Z, or a date (read as UTC)',
    );
  }
  return at;
}

/** @throws AppError `body_invalid` */
export function readBoolean(name: string, text: string | undefined): boolean | null {
  if (text === undefined) return null;
  if (text !== 'true' && text !== 'false') throw refuse(name, 'is true or false');
  return text === 'true';
}

const wordForm = /^[a-z0-9-]{1,60}$/;
const instantForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function readCursor({ name, prefix }: List, cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  const after = text.startsWith(`${name}:`) ? text.slice(name.length + 1) : null;
  const known =
    after === '' || (after !== null && (prefix === null ? wordForm.test(after) : isId(prefix, after)));
  if (!known || cursor.length > 200) {
    throw new AppError(problem('cursor_invalid', undefined, 'cursor'));
  }
  return after === '' ? null : after;
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return limits.pageSizeDefault;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > limits.pageSizeMax)
    throw refuse('limit', `is a whole number from 1 to ${limits.pageSizeMax}`);
  return limit;
}

function refuse(name: string, is: string): AppError {
  return new AppError(problem('body_invalid', `The parameter ${name} ${is}.`, name));
}
