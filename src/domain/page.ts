/** One page of a list. `next` is where the following one begins, null at the end; opaque to users. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/**
 * Pages are bounded by `limit`, and by what they cost everybody else: a page may end early, short or even empty, with a
 * `next` that lies further on. Lists without a `next` may be short too, but for an empty one there is nothing left.
 */
export interface PageRequest {
  readonly after: string | null;
  readonly limit: number;
}
