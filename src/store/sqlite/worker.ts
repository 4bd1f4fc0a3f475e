/** The store's thread, seen from inside: opens the store and answers its messages. Started by `thread.ts` alone. */
import { parentPort, workerData } from 'node:worker_threads';
import { keyOfFolder, makeVault } from '../../vault.ts';
import { StoreUnavailable } from '../store.ts';
import { openRecordStore } from './recordStore.ts';
import type { Call, Hello, Reply, ThreadOptions } from './thread.ts';

const { folder, key } = workerData as ThreadOptions;

try {
  const store = await openRecordStore({
    folder,
    openVault: () => makeVault(key === null ? keyOfFolder(folder) : Buffer.from(key)),
  });
  say({ methods: Object.keys(store) });
  listen(store as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>);
} catch (error) {
  say({ failure: (error as Error).message });
}

function listen(store: Record<string, (...values: unknown[]) => Promise<unknown>>): void {
  let replies: Reply[] = [];

  function reply(one: Reply): void {
    replies.push(one);
    if (replies.length > 1) return;
    queueMicrotask(() => {
      parentPort?.postMessage(replies);
      replies = [];
    });
  }

  parentPort?.on('message', (calls: readonly Call[]) => {
    for (const { id, method, values } of calls) {
      // Of one that throws before it has made a promise, too, it is the caller's failure and not the thread's end.
      Promise.try(store[method] as (...values: unknown[]) => Promise<unknown>, ...values).then(
        (value) => reply({ id, value }),
        (error) => {
          reply({
            id,
            error: { message: (error as Error).message, unavailable: error instanceof StoreUnavailable },
          });
        },
      );
    }
  });
}

function say(hello: Hello): void {
  parentPort?.postMessage(hello);
}
