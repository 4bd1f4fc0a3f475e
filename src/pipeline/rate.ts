/**
 * A fixed rate: at most so many requests a second, evenly, with a burst of one second's worth. The generic cell rate
 * algorithm (ITU-T I.371) keeps one number per webhook: the time at which the next request would be due if all came evenly.
 * Pure: monotonic milliseconds.
 */

/** When the next request may begin: `now` or later. `dueAt` is what `afterRequest` last gave, at first 0. */
export function nextRequestAt(dueAt: number, perSecond: number, now: number): number {
  // One whole second's worth may come at once; the interval itself is not waited for by the first of them.
  const burstMs = Math.max(0, 1000 - 1000 / perSecond);
  return Math.max(now, dueAt - burstMs);
}

/** The `dueAt` after a request that begins `now`. */
export function afterRequest(dueAt: number, perSecond: number, now: number): number {
  return Math.max(dueAt, now) + 1000 / perSecond;
}
