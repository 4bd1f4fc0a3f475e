/**
 * Waits for something to come true by looking again and again. The limit only ends a test that would never end: no
 * test passes or fails by how fast the machine is.
 */
import { setTimeout as pause } from 'node:timers/promises';

const limitMs = 60_000;
const lookMs = 10;

/** The first value that is not false, null or undefined. @param what reads on after "It never came to": for the failure */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { withinMs = limitMs }: { withinMs?: number } = {},
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== false && seen !== null && seen !== undefined) {
      return seen as Exclude<T, false | null | undefined>;
    }
    if (performance.now() > end)
      throw new Error(`It never came to this: ${what} (waited ${withinMs / 1000} s).`);
    await pause(lookMs);
  }
}
