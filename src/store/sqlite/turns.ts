/**
 * Reads that may be long take turns: a step of one of them, then whatever has arrived meanwhile (writes above all), then a
 * step of the next. However many lists are asked for, a write waits for one step.
 */

/** Resolves when a step may be taken; what follows it without waiting is the step. */
export type Turn = () => Promise<void>;

export function makeTurns(): Turn {
  let last = Promise.resolve();
  return () => {
    last = last.then(nextRound);
    return last;
  };
}

/** Of the event loop: messages that have arrived are handled before it. */
function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
