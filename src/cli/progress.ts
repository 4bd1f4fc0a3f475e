/** Work that the server does in portions: goes on from answer to answer, and shows on a terminal how far it is. */
import { pause } from './pause.ts';
import { isTerminal } from './terminal.ts';

/** Removes what is left of a longer line. */
const clearRest = '\x1b[K';

/** Shows how far it is, in place of what was shown before; nothing where output is piped or is JSON. */
export function showProgress(text: string, { json }: { readonly json?: boolean | undefined }): void {
  if (isTerminal && !json) process.stdout.write(`\r${text}${clearRest}`);
}

/** Shows how long something takes that does not say how far it is. */
export async function showElapsed<T>(
  doing: string,
  flags: { readonly json?: boolean | undefined },
  work: Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const settled = work.finally(() => ended.abort());
  settled.catch(() => {});
  for (let seconds = 1; !ended.signal.aborted; seconds++) {
    await pause(1000, ended.signal);
    if (!ended.signal.aborted) showProgress(`${doing} … ${seconds} s`, flags);
  }
  showProgress('', flags);
  return settled;
}

/** Runs portion after portion until one says that it was the last. */
export async function inPortions<Portion extends { readonly next_cursor: string | null }>(
  run: (from: { cursor?: string }) => Promise<Portion>,
  each: (portion: Portion) => void,
): Promise<void> {
  let cursor: string | null = null;
  do {
    const portion: Portion = await run(cursor === null ? {} : { cursor });
    each(portion);
    cursor = portion.next_cursor;
  } while (cursor !== null);
}
