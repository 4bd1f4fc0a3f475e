/**
 * Turns for readings of lists. One may take seconds, where an account has millions of rows and asks for what few of them are;
 * and keys, accounts and webhooks are looked up over the same connections, or by the same thread. So an account reads a few
 * lists at a time, all accounts together leave some room, and whose turn it is goes round by account.
 */
import type { RecordStore } from './records.ts';
import { StoreUnavailable } from './store.ts';

type List =
  | 'trackings'
  | 'skipTrackings'
  | 'attentionCounts'
  | 'events'
  | 'deliveries'
  | 'deliveriesFrom'
  | 'recoverable'
  | 'missing'
  | 'inboxMessages';

/** The lists of a store, each read in its account's turn. */
export function fairLists(store: Pick<RecordStore, List>, { inTurn }: FairReads): Pick<RecordStore, List> {
  return {
    trackings: (id, ...asked) => inTurn(id, () => store.trackings(id, ...asked)),
    skipTrackings: (id, ...asked) => inTurn(id, () => store.skipTrackings(id, ...asked)),
    attentionCounts: (id, ...asked) => inTurn(id, () => store.attentionCounts(id, ...asked)),
    events: (id, ...asked) => inTurn(id, () => store.events(id, ...asked)),
    deliveries: (id, ...asked) => inTurn(id, () => store.deliveries(id, ...asked)),
    deliveriesFrom: (id, ...asked) => inTurn(id, () => store.deliveriesFrom(id, ...asked)),
    // By webhook: of an account there are few.
    recoverable: (webhookId, step) => inTurn(webhookId, () => store.recoverable(webhookId, step)),
    missing: (id, ...asked) => inTurn(id, () => store.missing(id, ...asked)),
    inboxMessages: (id, ...asked) => inTurn(id, () => store.inboxMessages(id, ...asked)),
  };
}

export interface FairReads {
  /** Runs a reading in the account's turn. @throws StoreUnavailable when too many of the account wait */
  inTurn<T>(accountId: string, read: () => Promise<T>): Promise<T>;
}

/** Of an account, while it has readings under way or waiting. */
interface Line {
  underWay: number;
  readonly waiting: (() => void)[];
}

const perAccountMax = 2;
/** Of an account: more of them would only be answered when nobody waits for the answer any more. */
const waitingMax = 64;

/** @param atOnceMax readings of all accounts under way at a time, at least 1 */
export function makeFairReads(atOnceMax: number): FairReads {
  const lines = new Map<string, Line>();
  let underWay = 0;

  /** The next turn is of whoever has the fewest under way, and among those of whoever had none for longest. */
  function nextLine(): [accountId: string, line: Line] | null {
    let next: [accountId: string, line: Line] | null = null;
    for (const [accountId, line] of lines) {
      if (line.waiting.length === 0 || line.underWay >= perAccountMax) continue;
      if (next === null || line.underWay < next[1].underWay) next = [accountId, line];
    }
    return next;
  }

  function giveTurns(): void {
    while (underWay < atOnceMax) {
      const next = nextLine();
      if (next === null) return;
      const [accountId, line] = next;
      lines.delete(accountId);
      lines.set(accountId, line);
      line.underWay++;
      underWay++;
      line.waiting.shift()?.();
    }
  }

  return {
    async inTurn(accountId, read) {
      const line = lines.get(accountId) ?? { underWay: 0, waiting: [] };
      if (line.waiting.length >= waitingMax) {
        throw new StoreUnavailable(
          'Too many lists of this account are being read just now. Ask for fewer at a time.',
          null,
        );
      }
      lines.set(accountId, line);
      await new Promise<void>((resolve) => {
        line.waiting.push(resolve);
        giveTurns();
      });
      try {
        return await read();
      } finally {
        line.underWay--;
        underWay--;
        if (line.underWay + line.waiting.length === 0) lines.delete(accountId);
        giveTurns();
      }
    },
  };
}
