/** Counts how often couriers were asked and how they answered, by account and hour: see `base/tallies.ts`. */
import type { Log } from '../base/log.ts';
import { makeTallies, type Tallies } from '../base/tallies.ts';
import type { AccountId } from '../domain/account.ts';
import { type CourierHour, hourOf } from '../domain/figures.ts';
import { cleanText } from '../normalise/text.ts';
import { type FigureStore, StoreUnavailable } from '../store/store.ts';

/** One time that a courier was asked. */
export interface Asked {
  readonly accountId: AccountId;
  readonly courierCode: string;
  readonly at: number;
  /** Why there was no answer that could be read; null: there was. */
  readonly failure: string | null;
}

export interface CourierTallies extends Omit<Tallies<unknown>, 'of'> {
  asked(one: Asked): void;
}

const failureCharsMax = 300;

type Sum = { -readonly [Member in keyof CourierHour]: CourierHour[Member] };

export function makeCourierTallies({
  store,
  log,
}: {
  store: Pick<FigureStore, 'addCourierHours'>;
  log: Log;
}): CourierTallies {
  const tallies = makeTallies<Sum>({
    what: 'of couriers',
    keyOf,
    add(into, { asked, failed, answeredAt, failedAt, failure }) {
      into.asked += asked;
      into.failed += failed;
      if (isLater(answeredAt, into.answeredAt)) into.answeredAt = answeredAt;
      if (!isLater(failedAt, into.failedAt)) return;
      into.failedAt = failedAt;
      into.failure = failure;
    },
    write: (hours) => store.addCourierHours(hours),
    isWrittenLater: (error) => error instanceof StoreUnavailable && !error.isUncertain,
    log,
  });
  return {
    ...tallies,
    asked({ accountId, courierCode, at, failure }) {
      const key = { accountId, courierCode, hour: hourOf(at) };
      const none = { asked: 0, failed: 0, answeredAt: null, failedAt: null, failure: null };
      const sum = tallies.of(keyOf(key), () => ({ ...key, ...none }));
      if (sum === null) return;
      sum.asked++;
      if (failure === null) {
        sum.answeredAt = at;
        return;
      }
      sum.failed++;
      sum.failedAt = at;
      sum.failure = cleanText(failure, failureCharsMax);
    },
  };
}

function keyOf({ accountId, courierCode, hour }: Pick<Sum, 'accountId' | 'courierCode' | 'hour'>): string {
  return `${accountId} ${courierCode} ${hour}`;
}

function isLater(one: number | null, other: number | null): boolean {
  return one !== null && (other === null || one > other);
}
