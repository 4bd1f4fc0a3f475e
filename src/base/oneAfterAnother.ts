/** Runs what it is given one after another, each when the one before has ended, however that ended. */
export function oneAfterAnother(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const done = last.then(run);
    last = done.catch(() => {});
    return done;
  };
}
