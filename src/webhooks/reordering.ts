/**
 * Puts a webhook's queue in another order while no process begins an attempt of it: those that send hold heads of it in memory,
 * which may not be heads by the end. Each is told to rest and says that it has heard; one that does not is dead, and counts no
 * more when its lease has ended. Afterwards all read the queue anew.
 */
import { waitFor } from '../base/clock.ts';
import type { Webhook } from '../domain/webhook.ts';
import { type News, type NewsStore, StoreUnavailable } from '../store/store.ts';
import type { Sender } from './sender.ts';

/** Each step of the work names the rest to the store, which keeps it up by that, and refuses those that come too late. */
export type Reorder = <T>(
  webhook: Pick<Webhook, 'accountId' | 'id'>,
  work: (rest: number) => Promise<T>,
) => Promise<T>;

export interface ReorderOptions {
  readonly store: Pick<NewsStore, 'tell' | 'isHeard' | 'keepRest'>;
  readonly sender: Pick<Sender, 'reorder'>;
  /** How long a process that does not answer counts. */
  readonly leaseMs: number;
}

const askAgainMs = 10;
const askAgainMsMax = 500;
const tellTries = 20;

/** @throws StoreUnavailable when a process that lives does not answer */
export function makeReorder({ store, sender, leaseMs }: ReorderOptions): Reorder {
  async function allRest(number: number): Promise<void> {
    let waitedMs = 0;
    for (let ms = askAgainMs; !(await store.isHeard(number)); ms = Math.min(ms * 2, askAgainMsMax)) {
      if (waitedMs > leaseMs * 2)
        throw new StoreUnavailable('A process that sends does not answer just now.', null);
      await waitFor(ms);
      await store.keepRest(number);
      waitedMs += ms;
    }
  }

  /** The work is done either way; where its end cannot be told, the others end the rest as one that was left. */
  async function goOn(news: News): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await store.tell(news);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (tries === tellTries) return;
        await waitFor(askAgainMsMax);
      }
    }
  }

  return ({ accountId, id: webhookId }, work) =>
    sender.reorder(webhookId, async () => {
      const number = await store.tell({ kind: 'rests', accountId, webhookId });
      try {
        await allRest(number);
        return await work(number);
      } finally {
        await goOn({ kind: 'goes_on', accountId, webhookId, rest: number });
      }
    });
}
