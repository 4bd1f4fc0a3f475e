/**
 * By what trackings are found is written with them, but for two things: those that were there before it was, which are gone through
 * once, and time, which makes a silent parcel a stalled one although nobody writes it. Both are done in small steps with pauses
 * between, and go on where they were after a restart. Until then a search finds fewer; it never finds what is not so.
 */
import { type Clock, waitFor } from '../base/clock.ts';
import { dayMs } from '../base/durations.ts';
import { stalledBeforeDay } from '../domain/attention.ts';
import type { Page } from '../domain/page.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { AccountStore, PageRequest, TrackingStore } from '../store/store.ts';

export interface TermsOptions {
  readonly store: Pick<AccountStore, 'note' | 'setNote'> &
    Pick<TrackingStore, 'everyTracking' | 'dueExpiries' | 'setTerms'>;
  readonly clock: Clock;
  /** Ends the round after the step that is under way. */
  readonly signal: AbortSignal;
}

/** How far the filling has come: a place among all trackings, or `filled`. */
const filledNote = 'terms-filled-to';
const filled = 'all';
/** The first day (since 1970) whose silent parcels were not yet looked at. */
const stalledNote = 'stalled-before-day';

const rowsAtOnce = 500;
const pauseMs = 25;

/** Says of trackings that were there before how they are found. Returns of how many. */
export async function fillTerms({ store, clock, signal }: TermsOptions): Promise<number> {
  const from = await store.note(filledNote);
  if (from === filled) return 0;
  return inSteps({ store, clock, signal }, from, async (request) => {
    const page = await store.everyTracking(request);
    return { page, stepped: () => store.setNote(filledNote, page.next ?? filled) };
  });
}

/** Says of those that have become silent since the day that was last looked at that they are stalled. Returns of how many. */
export async function findStalled({ store, clock, signal }: TermsOptions): Promise<number> {
  const before = stalledBeforeDay(clock.now());
  const from = Number((await store.note(stalledNote)) ?? 0);
  if (from >= before) return 0;
  const found = await inSteps({ store, clock, signal }, null, async (request) => ({
    page: await store.dueExpiries((before - 1) * dayMs, request, from * dayMs),
    stepped: async () => {},
  }));
  if (!signal.aborted) await store.setNote(stalledNote, String(before));
  return found;
}

interface Step {
  readonly page: Page<Tracking>;
  /** Called when what the page has is written. */
  stepped(): Promise<void>;
}

async function inSteps(
  { store, clock, signal }: TermsOptions,
  from: string | null,
  step: (request: PageRequest) => Promise<Step>,
): Promise<number> {
  let changed = 0;
  let after = from;
  do {
    const { page, stepped } = await step({ after, limit: rowsAtOnce });
    changed += await store.setTerms(page.items, clock.now());
    await stepped();
    after = page.next;
    if (after !== null) await waitFor(pauseMs, signal);
  } while (after !== null && !signal.aborted);
  return changed;
}
