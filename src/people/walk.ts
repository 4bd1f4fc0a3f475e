/**
 * Going through an account for what is of a person: first all trackings, then all events, since an earlier one may tell of somebody
 * whom its tracking does not name any more. A call looks at a bounded number of rows, a stretch at a time, and says where to go on, so
 * that nobody else waits, whoever asks sees how far it is, and one that is broken off can go on or begin anew.
 * By a number nothing needs to be gone through.
 */
import { isOf, type Person } from '../domain/person.ts';
import type { AccountId, PeopleStore, TrackingStore } from '../store/store.ts';

/** Where going through goes on: in which table, behind which id. */
export interface Place {
  readonly in: 'trackings' | 'events';
  readonly after: string | null;
}

export const beginning: Place = { in: 'trackings', after: null };

export interface Found {
  /** Ids of trackings that are theirs. */
  readonly trackings: readonly string[];
  /** Ids of events that are. */
  readonly events: readonly string[];
  readonly lookedAt: number;
  /** Null: at the end. */
  readonly next: Place | null;
}

/** Some 10 ms. */
const stretchRows = 500;
/** Of a call: half a second on a busy machine, of parcels with eight scans in SQLite. */
const rowsMax = 20_000;

/** @param foundMax how many are found in a call at the most */
export async function walk(
  store: Pick<PeopleStore, 'fieldsOfTrackings' | 'fieldsOfEvents'> & Pick<TrackingStore, 'load'>,
  { accountId, person, foundMax }: { accountId: AccountId; person: Person; foundMax: number },
  from: Place,
): Promise<Found> {
  if (person.by === 'tracking_number') {
    const [lives = []] = await store.load([{ accountId, number: person.value }]);
    return { trackings: lives.map(({ id }) => id), events: [], lookedAt: lives.length, next: null };
  }
  const trackings: string[] = [];
  const events: string[] = [];
  let place: Place | null = from;
  let lookedAt = 0;
  while (place !== null && lookedAt < rowsMax) {
    const found: string[] = place.in === 'trackings' ? trackings : events;
    const { rows, next }: Stretch = await read(store, accountId, place);
    place = next;
    for (const { id, fields } of rows) {
      lookedAt++;
      if (!isOf(person, fields)) continue;
      found.push(id);
      if (trackings.length + events.length < foundMax) continue;
      const within: Place = { in: found === trackings ? 'trackings' : 'events', after: id };
      return { trackings, events, lookedAt, next: within };
    }
    // Also where a stretch has only what is passed over.
    if (rows.length === 0) lookedAt += stretchRows;
  }
  return { trackings, events, lookedAt: Math.min(lookedAt, rowsMax), next: place };
}

interface Stretch {
  readonly rows: Awaited<ReturnType<PeopleStore['fieldsOfTrackings']>>;
  readonly next: Place | null;
}

async function read(
  store: Pick<PeopleStore, 'fieldsOfTrackings' | 'fieldsOfEvents'>,
  accountId: AccountId,
  place: Place,
): Promise<Stretch> {
  const { after } = place;
  if (place.in === 'trackings') {
    const rows = await store.fieldsOfTrackings(accountId, { after, limit: stretchRows });
    const isAtEnd = rows.length < stretchRows;
    return {
      rows,
      next: isAtEnd ? { in: 'events', after: null } : { ...place, after: rows.at(-1)?.id ?? null },
    };
  }
  const { events, next } = await store.fieldsOfEvents(accountId, { after, limit: stretchRows });
  return { rows: events, next: next === null ? null : { ...place, after: next } };
}
