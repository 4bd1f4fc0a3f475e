/** The places in which updates wait for their commit: a bounded number in all, and of them at most a share for each account. */
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';

export interface Places {
  /** Returns what gives them back. @throws AppError `busy` when there are not so many left */
  take(account: string, count: number): () => void;
}

export function makePlaces(): Places {
  /** Accounts without any are not in it. */
  const takenBy = new Map<string, number>();
  let taken = 0;

  return {
    take(account, count) {
      const own = (takenBy.get(account) ?? 0) + count;
      if (own > limits.ingestWaitingUpdatesPerAccountMax || taken + count > limits.ingestWaitingUpdatesMax) {
        throw new AppError('busy');
      }
      takenBy.set(account, own);
      taken += count;
      return () => {
        const left = (takenBy.get(account) ?? 0) - count;
        if (left === 0) takenBy.delete(account);
        else takenBy.set(account, left);
        taken -= count;
      };
    },
  };
}
