/**
 * The store's thread, seen from the program: every method of the record store becomes a message, every message of one turn
 * of the event loop goes over together. Statements, syncs and the copying of the log into the database then hold up no
 * request; and while one transaction is being synced, the next one's writes gather.
 */
import { Worker } from 'node:worker_threads';
import type { RecordStore } from '../records.ts';
import { StoreUnavailable } from '../store.ts';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly values: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly unavailable: boolean } };

/** What the thread is told at its start: where the data lies, and the vault's key if it is not that folder's own. */
export interface ThreadOptions {
  readonly folder: string;
  readonly key: Uint8Array | null;
}

/** First word of the thread: the methods it offers, or why it could not open the store. */
export type Hello = { readonly methods: readonly string[] } | { readonly failure: string };

interface Asker {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export async function startThread(options: ThreadOptions): Promise<RecordStore> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options, name: 'store' });
  const hello = await new Promise<Hello>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if ('failure' in hello) {
    await worker.terminate();
    throw new Error(hello.failure);
  }

  const waiting = new Map<number, Asker>();
  let calls: Call[] = [];
  let lastId = 0;

  function post(): void {
    const together = calls;
    calls = [];
    try {
      worker.postMessage(together);
    } catch {
      // Nothing of it went over: one of the calls has a value that cannot be copied, which is for that call to know.
      for (const each of together) postAlone(each);
    }
  }

  function postAlone(alone: Call): void {
    try {
      worker.postMessage([alone]);
    } catch (cause) {
      const said = `A value for the store's ${alone.method} cannot be handed to its thread.`;
      answered(alone.id)?.reject(new Error(said, { cause }));
    }
  }

  /** Takes the asker off the list of those who wait. */
  function answered(id: number): Asker | undefined {
    const asker = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return asker;
  }

  function call(method: string, values: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      calls.push({ id, method, values });
      if (calls.length === 1) queueMicrotask(post);
      // While nothing is asked of it the thread keeps no process alive; while something is, it does.
      if (waiting.size === 1) worker.ref();
    });
  }

  worker.on('message', (replies: readonly Reply[]) => {
    for (const reply of replies) {
      const asker = answered(reply.id);
      if ('value' in reply) asker?.resolve(reply.value);
      else asker?.reject(asError(reply.error));
    }
  });
  // A bug in the thread: nothing can be written any more, so the process ends as it would for a bug of its own.
  worker.on('error', (error) => {
    throw new Error('The thread of the store ended unexpectedly.', { cause: error });
  });
  worker.unref();

  const store: Record<string, (...values: unknown[]) => Promise<unknown>> = {};
  for (const method of hello.methods) store[method] = (...values) => call(method, values);
  store.close = async () => {
    await call('close', []);
    worker.removeAllListeners('error');
    await worker.terminate();
  };
  return store as unknown as RecordStore;
}

function asError({ message, unavailable }: { message: string; unavailable: boolean }): Error {
  return unavailable ? new StoreUnavailable(message, null) : new Error(message);
}
