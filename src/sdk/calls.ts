/** What the calls of a resource are made with: the methods of HTTP with their types, lists, and the paths of single things. */
import { type CursorList, makeCursorList, type Page, type Query, queryOf } from './pages.ts';
import type { Transport } from './transport.ts';

export interface WriteOptions {
  /** Under which a repetition of this request gives the first one's answer; one is made where it is not given. */
  idempotencyKey?: string | undefined;
}

export type Calls = ReturnType<typeof makeCalls>;

export function makeCalls({ call }: Transport) {
  const get = <T>(path: string) => call<T>('GET', path);
  return {
    get,
    post: <T>(path: string, body?: unknown, write?: WriteOptions) =>
      call<T>('POST', path, { body, ...write }),
    patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, { body }),
    put: <T>(path: string, body: unknown) => call<T>('PUT', path, { body }),
    remove: <T = void>(path: string) => call<T>('DELETE', path),
    list: <T>(path: string, query: Query = {}): CursorList<T> =>
      makeCursorList((more) => get<Page<T>>(`${path}${queryOf({ ...query, ...more })}`), query),
  };
}

/** The path of one thing, or of an action on it. */
export function one(folder: string, id: string, action = ''): string {
  return `/api/v1/${folder}/${segment(id)}${action && `/${action}`}`;
}

/** Escaped, so that an id cannot lead out of its place; dots alone would, escaped or not. */
function segment(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new TypeError(`"${id}" is not an id.`);
  return encodeURIComponent(id);
}
