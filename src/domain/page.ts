/** One page of a list. `next` is where the following one begins, null at the end; opaque to users. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
