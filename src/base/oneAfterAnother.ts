/** Runs what it is given one after another, each when the one before has ended, however that ended. */
export function oneAfterAnother(): <T>(run: () => Promise<T>) => Promise<T> {
  const inTurn = oneAfterAnotherBy<null>();
  return (run) => inTurn(null, run);
}

/** The same for each key by itself. */
export function oneAfterAnotherBy<Key>(): <T>(key: Key, run: () => Promise<T>) => Promise<T> {
  const last = new Map<Key, Promise<unknown>>();
  return (key, run) => {
    const done = (last.get(key) ?? Promise.resolve()).then(run);
    const ended = done
      .catch(() => {})
      .then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
    last.set(key, ended);
    return done;
  };
}
