/**
 * Sending many deliveries again: those that were ticked, one by one, or all that fit a filter, a portion at a time. What comes
 * to fit only after it was counted is not meant: a delivery that is being made meanwhile would be sent twice at once.
 */
import { queryOptions } from '@tanstack/react-query';
import type { Attempt } from '../../../src/sdk/attempts.ts';
import type { RedeliveredPage } from '../../../src/sdk/deliveries.ts';
import { call } from '../api/call.ts';
import { Refusal } from '../api/refusal.ts';
import { type Count, type Counted, countUpTo, inPortions, inTurn, oneByOne, type Work } from '../api/work.ts';
import type { Delivery } from './deliveries.ts';
import { asked, type Filter } from './filter.ts';

export interface Redelivered extends Counted {
  readonly accepted: number;
  readonly failed: number;
  /** Under way, or not to be sent any more. */
  readonly skipped: number;
}

const none: Redelivered = { count: 0, accepted: 0, failed: 0, skipped: 0 };
const countMax = 10_000;

/** Oldest first, so that those of a parcel go in the order of its news. */
export function redeliverEach(deliveries: readonly Delivery[]): Work<Redelivered> {
  return oneByOne([...deliveries].sort(byAge), redeliverOne, none);
}

function byAge(one: Delivery, other: Delivery): number {
  const age = Date.parse(one.created_at) - Date.parse(other.created_at);
  return age === 0 ? one.id.localeCompare(other.id) : age;
}

async function redeliverOne({ id }: Delivery): Promise<(sum: Redelivered) => Redelivered> {
  let result: 'accepted' | 'failed' | 'skipped';
  try {
    const { verdict } = await call<Attempt>('POST', `/deliveries/${id}/redeliver`);
    result = verdict === 'accepted' ? 'accepted' : 'failed';
  } catch (error) {
    // Of this one alone: the webhook is disabled or gone, or what it sends is not kept any more.
    if (!(error instanceof Refusal) || ![404, 409, 422].includes(error.status)) throw error;
    result = 'skipped';
  }
  return (sum) => ({ ...sum, count: sum.count + 1, [result]: sum[result] + 1 });
}

/** @param webhookIds those that are looked through where the filter names none @param until ISO 8601: made by then */
interface Meant {
  readonly filter: Filter;
  readonly webhookIds: readonly string[];
  readonly until: string;
}

export const fittingQuery = (meant: Meant) =>
  queryOptions({
    queryKey: ['deliveries', 'fitting', meant],
    queryFn: (): Promise<Count> => countUpTo(countMax, redeliverAll(meant, true)),
    staleTime: 0,
  });

export function redeliverAll({ filter, webhookIds, until }: Meant, isDry = false): Work<Redelivered> {
  const now = Date.parse(until);
  const said = asked(filter, now);
  const to = filter.to !== undefined && Date.parse(filter.to) < now ? filter.to : until;
  const ids = filter.webhook === undefined ? webhookIds : [filter.webhook];
  const works = ids.map((webhook_id) =>
    inPortions(
      (cursor) =>
        call<RedeliveredPage>('POST', '/deliveries/redeliver', {
          ...said,
          ...{ webhook_id, created_to: to, dry_run: isDry, cursor },
        }),
      none,
      plus,
    ),
  );
  return inTurn(works, none, added);
}

function plus(sum: Redelivered, { count, sent, accepted, skipped }: RedeliveredPage): Redelivered {
  return added(sum, { count, accepted, failed: sent - accepted, skipped });
}

function added(one: Redelivered, other: Redelivered): Redelivered {
  return {
    count: one.count + other.count,
    accepted: one.accepted + other.accepted,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}
