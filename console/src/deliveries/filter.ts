/** What narrows the list of deliveries, as it stands in the address. What is not understood there is left out. */
import type { DeliveryState } from '../../../src/sdk/deliveries.ts';

export const states = [
  'waiting',
  'sending',
  'accepted',
  'parked',
  'cancelled',
] as const satisfies readonly DeliveryState[];

const minute = 60_000;
export const spans = {
  hour: 60 * minute,
  day: 24 * 60 * minute,
  week: 7 * 24 * 60 * minute,
} as const;
export type Span = keyof typeof spans;

export interface Filter {
  readonly state?: DeliveryState;
  readonly webhook?: string;
  readonly tracking?: string;
  /** Made within the last hour, day or week. */
  readonly within?: Span;
  /** Made at or after that, and at or before; ISO 8601. Where one of them is said, `within` is not. */
  readonly from?: string;
  readonly to?: string;
}

export function readFilter({ state, webhook, tracking, within, from, to }: Record<string, unknown>): Filter {
  const bounds = { ...(isInstant(from) ? { from } : {}), ...(isInstant(to) ? { to } : {}) };
  const isBounded = Object.keys(bounds).length > 0;
  return {
    ...(isOneOf(states, state) ? { state } : {}),
    ...(typeof webhook === 'string' ? { webhook } : {}),
    ...(typeof tracking === 'string' ? { tracking } : {}),
    ...(!isBounded && isOneOf(Object.keys(spans) as Span[], within) ? { within } : {}),
    ...bounds,
  };
}

/** The same as the API has it. @param now epoch milliseconds */
export function asked({ state, webhook, tracking, within, from, to }: Filter, now: number) {
  return {
    state,
    webhook_id: webhook,
    tracking_id: tracking,
    created_from: within === undefined ? from : new Date(now - spans[within]).toISOString(),
    created_to: to,
  };
}

function isOneOf<Word extends string>(words: readonly Word[], said: unknown): said is Word {
  return words.some((word) => word === said);
}

function isInstant(said: unknown): said is string {
  return typeof said === 'string' && /^\d{4}-\d\d-\d\dT/.test(said) && !Number.isNaN(Date.parse(said));
}
