/** The event loop's turn: what a long piece of work lets go by now and then, so that requests and sends are not held up. */
import { setImmediate } from 'node:timers/promises';

/** Resolves in the next turn, after what has come in meanwhile was heard and the timers that are due were called. */
export function nextTurn(): Promise<void> {
  return setImmediate();
}
