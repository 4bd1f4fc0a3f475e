/**
 * One thing done to many, a few at a time, in order. What the server asks to come back with later (429, 503) is waited out, and
 * so is a connection that is lost for a while; what it refuses is handed back with its words, and hinders no other.
 */
import { Refusal } from '../api/refusal.ts';

const atOnceMax = 4;
const secondsDefault = 1;
const secondsMax = 60;
/** In a row and without any answer; then whoever looks on is asked. */
const lostMax = 5;

export interface Refused<Item> {
  readonly item: Item;
  readonly message: string;
}

interface Many<Item> {
  readonly items: readonly Item[];
  readonly run: (item: Item) => Promise<unknown>;
  readonly signal: AbortSignal;
  /** After each: how many are dealt with, refused ones included. */
  readonly onDone: (count: number) => void;
}

/** @returns what was refused; those that `signal` came before are in neither */
export async function doMany<Item>({ items, run, signal, onDone }: Many<Item>): Promise<Refused<Item>[]> {
  const refused: Refused<Item>[] = [];
  let next = 0;
  let done = 0;
  async function work(): Promise<void> {
    while (next < items.length) {
      const item = items[next++] as Item;
      try {
        await patiently(() => run(item), signal);
      } catch (error) {
        if (error === signal.reason) return;
        refused.push({ item, message: error instanceof Error ? error.message : String(error) });
      }
      done += 1;
      onDone(done);
    }
  }
  await Promise.all(Array.from({ length: atOnceMax }, work));
  return refused;
}

/**
 * Asks again as long as the server says "later". Only for what may be asked twice.
 * @throws Refusal; what `signal` was aborted with
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void> = pause,
): Promise<T> {
  for (let lost = 0; ; ) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      const seconds = secondsUntilAgain(error, lost);
      if (seconds === null) throw error;
      lost = (error as Refusal).status === 0 ? lost + 1 : 0;
      await wait(seconds * 1000, signal);
    }
  }
}

/** Null: asking again is of no use. */
function secondsUntilAgain(error: unknown, lost: number): number | null {
  if (!(error instanceof Refusal)) return null;
  const { status, code, retryAfter } = error;
  if (status === 0) return lost < lostMax ? 2 ** lost : null;
  const isLater = status === 429 || status === 503 || code === 'idempotency_in_progress';
  return isLater ? Math.min(retryAfter ?? secondsDefault, secondsMax) : null;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
