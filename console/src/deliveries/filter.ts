/** What narrows the list of deliveries, as it stands in the address. What is not understood there is left out. */
export const states = ['waiting', 'sending', 'accepted', 'parked', 'cancelled'] as const;
export type State = (typeof states)[number];

const minute = 60_000;
export const spans = {
  hour: 60 * minute,
  day: 24 * 60 * minute,
  week: 7 * 24 * 60 * minute,
} as const;
export type Span = keyof typeof spans;

export interface Filter {
  readonly state?: State;
  readonly webhook?: string;
  readonly tracking?: string;
  /** Made within the last hour, day or week. */
  readonly within?: Span;
}

export function readFilter({ state, webhook, tracking, within }: Record<string, unknown>): Filter {
  return {
    ...(isOneOf(states, state) ? { state } : {}),
    ...(typeof webhook === 'string' ? { webhook } : {}),
    ...(typeof tracking === 'string' ? { tracking } : {}),
    ...(isOneOf(Object.keys(spans) as Span[], within) ? { within } : {}),
  };
}

function isOneOf<Word extends string>(words: readonly Word[], said: unknown): said is Word {
  return words.some((word) => word === said);
}
