/**
 * What hangs on a tracking: its events, along the chain in which each names the one before it, and those that are owed. Retention may
 * have taken some out of the middle of the chain, and what lies behind them is kept only while it is owed.
 */
import type { Tracking } from '../domain/tracking.ts';
import type { OwedEvent, PeopleStore, StoredEvent } from '../store/store.ts';

export interface Parcel {
  readonly tracking: Tracking;
  readonly owed: readonly OwedEvent[];
}

/** Newest first; read as they are taken, since bodies may be large. */
export async function* eventsOf(
  store: Pick<PeopleStore, 'storedEvent'>,
  { tracking, owed }: Parcel,
): AsyncGenerator<StoredEvent> {
  const { accountId } = tracking;
  const seen = new Set<string>();
  const begins = [tracking.lastEventId, ...owed.map(({ eventId }) => eventId)];
  for (const begin of begins) {
    let id: string | null = begin;
    while (id !== null && !seen.has(id)) {
      seen.add(id);
      const stored: StoredEvent | null = await store.storedEvent(accountId, id);
      if (stored === null) break;
      yield stored;
      id = stored.event.previousId;
    }
  }
}
