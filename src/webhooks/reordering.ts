/**
 * Puts a webhook's queue in another order while no process begins an attempt of it: those that send hold heads of it in memory,
 * which may not be heads by the end. Each is told to rest and says that it has heard; one that does not is dead, and counts no
 * more when its lease has ended. Afterwards all read the queue anew.
 */
import { waitFor } from '../base/clock.ts';
import type { Webhook } from '../domain/webhook.ts';
import { type NewsStore, StoreUnavailable } from '../store/store.ts';
import type { Sender } from './sender.ts';

export type Reorder = <T>(webhook: Pick<Webhook, 'accountId' | 'id'>, work: () => Promise<T>) => Promise<T>;

export interface ReorderOptions {
  readonly store: Pick<NewsStore, 'tell' | 'isHeard'>;
  readonly sender: Pick<Sender, 'reorder'>;
  /** How long a process that does not answer counts. */
  readonly leaseMs: number;
}

const askAgainMs = 10;
const askAgainMsMax = 500;

/** @throws StoreUnavailable when a process that lives does not answer */
export function makeReorder({ store, sender, leaseMs }: ReorderOptions): Reorder {
  async function allRest(number: number): Promise<void> {
    let waitedMs = 0;
    for (let ms = askAgainMs; !(await store.isHeard(number)); ms = Math.min(ms * 2, askAgainMsMax)) {
      if (waitedMs > leaseMs * 2)
        throw new StoreUnavailable('A process that sends does not answer just now.', null);
      await waitFor(ms);
      waitedMs += ms;
    }
  }

  return ({ accountId, id: webhookId }, work) =>
    sender.reorder(webhookId, async () => {
      const number = await store.tell({ kind: 'rests', accountId, webhookId });
      try {
        await allRest(number);
        return await work();
      } finally {
        await store.tell({ kind: 'changed', accountId, webhookId });
      }
    });
}
