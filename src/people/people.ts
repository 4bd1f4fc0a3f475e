/**
 * The data of a person: found, given out, and erased. Each is done in calls that look at a bounded part of the account and say
 * where to go on (`walk.ts`); the last of them sees to what is not of parcels. Nothing is kept between two calls, so whoever has lost
 * their place begins anew.
 */
import { oneAfterAnotherBy } from '../base/oneAfterAnother.ts';
import type { Account, AccountId } from '../domain/account.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { TrackingEvent } from '../domain/event.ts';
import type { InboxMessage } from '../domain/inbox.ts';
import type { AuditEntry, Member, MemberSession } from '../domain/member.ts';
import { isOf, type Person, personOf } from '../domain/person.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Answer, DeliveryStore, MemberStore, PageRequest, StoredEvent } from '../store/store.ts';
import type { Erased } from './bare.ts';
import { type Counts, type ErasingOptions, makeErasing } from './erasing.ts';
import { eventsOf } from './parcels.ts';
import { isAbout, type Subject, textWithout } from './subject.ts';
import { beginning, type Place, walk } from './walk.ts';

export interface People {
  /** The trackings that are theirs, and how many events tell of them that are of other trackings. */
  find(request: PersonRequest): Promise<FoundPerson>;
  /** All that is kept of them. */
  export(request: PersonRequest): Promise<ExportedPerson>;
  /** @throws AppError `busy` where a parcel is being written all the time: go on from the same place */
  erase(request: PersonRequest & { readonly meant: Erased }): Promise<ErasedPerson>;
}

export interface PersonRequest {
  readonly account: Account;
  readonly person: Person;
  /** Where to go on; null: at the beginning. */
  readonly place: Place | null;
}

interface Step {
  /** Rows, in this call. */
  readonly lookedAt: number;
  /** Where to go on; null: that was all. */
  readonly next: Place | null;
}

export interface FoundPerson extends Step {
  readonly trackings: readonly Tracking[];
  readonly events: number;
  /** Of the account, by email or name; they are seen to by hand. In the last call alone. */
  readonly members: readonly Member[];
}

export interface ExportedPerson extends Step {
  readonly parcels: readonly ExportedParcel[];
  /** Of trackings that do not name the person any more. */
  readonly events: readonly ExportedEvent[];
  /** These in the last call alone. */
  readonly inbox: readonly InboxMessage[];
  readonly answers: readonly Answer[];
  readonly members: readonly ExportedMember[];
}

export interface ExportedParcel {
  readonly tracking: Tracking;
  readonly events: readonly ExportedEvent[];
}

export interface ExportedEvent {
  readonly event: TrackingEvent;
  readonly deliveries: readonly { readonly delivery: Delivery; readonly attempts: readonly Attempt[] }[];
}

export interface ExportedMember {
  readonly member: Member;
  readonly sessions: readonly MemberSession[];
  readonly audit: readonly AuditEntry[];
}

export interface ErasedPerson extends Step {
  readonly counts: Counts;
}

export interface PeopleOptions extends ErasingOptions {
  readonly store: ErasingOptions['store'] &
    Parameters<typeof walk>[0] &
    Pick<DeliveryStore, 'delivery' | 'attempts'> &
    Pick<MemberStore, 'members' | 'sessions' | 'auditEntries'>;
}

/** In one call. */
const foundMax = 200;
const exportedMax = 20;
const erasedMax = 50;
const pageRows = 200;

export function makePeople(options: PeopleOptions): People {
  const { store } = options;
  const inTurn = oneAfterAnotherBy<AccountId>();

  /** One of an account at a time: it reads for long, and others' lists are read in between. */
  function walked({ account, person, place }: PersonRequest, most: number): ReturnType<typeof walk> {
    const asked = { accountId: account.id, person, foundMax: most };
    return inTurn(account.id, () => walk(store, asked, place ?? beginning));
  }

  async function trackingsOf(account: Account, ids: readonly string[]): Promise<readonly Tracking[]> {
    const trackings: Tracking[] = [];
    for (const id of ids) {
      const tracking = await store.tracking(account.id, id, { withDeleted: true });
      if (tracking !== null) trackings.push(tracking);
    }
    return trackings;
  }

  async function membersOf(account: Account, { by, value }: Person): Promise<readonly Member[]> {
    if (by !== 'email' && by !== 'name') return [];
    return (await store.members(account.id)).filter(({ email, name }) => {
      const said = by === 'email' ? email : name;
      return said !== null && personOf(by, said)?.value === value;
    });
  }

  async function exportedEvent({ event }: Pick<StoredEvent, 'event'>): Promise<ExportedEvent> {
    const deliveries: ExportedEvent['deliveries'][number][] = [];
    for (const id of event.deliveryIds) {
      const delivery = await store.delivery(event.accountId, id);
      if (delivery === null) continue;
      deliveries.push({ delivery, attempts: await store.attempts(event.accountId, id) });
    }
    return { event, deliveries };
  }

  async function exportedParcel(tracking: Tracking): Promise<ExportedParcel> {
    const { accountId, id } = tracking;
    const events: ExportedEvent[] = [];
    const parcel = { tracking, owed: await store.owedOf(accountId, id) };
    for await (const stored of eventsOf(store, parcel)) events.push(await exportedEvent(stored));
    return { tracking, events: events.reverse() };
  }

  async function exportedMember(account: Account, member: Member): Promise<ExportedMember> {
    const audit: AuditEntry[] = [];
    await everyPage(
      (page) => store.auditEntries(account.id, page),
      (entry) => {
        if (entry.actor === member.id) audit.push(entry);
      },
    );
    return { member, sessions: await store.sessions(account.id, member.id, 0), audit };
  }

  async function inboxOf(account: Account, subject: Subject): Promise<readonly InboxMessage[]> {
    const theirs: InboxMessage[] = [];
    await everyPage(
      (page) => store.inboxMessages(account.id, page),
      (message) => {
        if (isAbout(message.body, subject)) theirs.push(message);
      },
    );
    return theirs;
  }

  async function answersOf(account: Account, subject: Subject): Promise<readonly Answer[]> {
    const theirs: Answer[] = [];
    for (let after: string | null = null; ; ) {
      const answers = await store.answers(account.id, { after, limit: pageRows });
      const last = answers.at(-1);
      if (last === undefined) return theirs;
      theirs.push(...answers.filter(({ body }) => textWithout(body, subject, { orders: true }) !== null));
      after = last.key;
    }
  }

  return {
    async find(request) {
      const { account, person } = request;
      const found = await walked(request, foundMax);
      const { lookedAt, next } = found;
      return {
        trackings: await trackingsOf(account, found.trackings),
        events: found.events.length,
        members: next === null ? await membersOf(account, person) : [],
        lookedAt,
        next,
      };
    },
    async export(request) {
      const { account, person } = request;
      const found = await walked(request, exportedMax);
      const { lookedAt, next } = found;
      const parcels: ExportedParcel[] = [];
      for (const tracking of await trackingsOf(account, found.trackings))
        parcels.push(await exportedParcel(tracking));
      const told = new Set(parcels.map(({ tracking }) => tracking.id));
      const events: ExportedEvent[] = [];
      for (const id of found.events) {
        const stored = await store.storedEvent(account.id, id);
        if (stored === null || told.has(stored.event.trackingId)) continue;
        const tracking = await store.tracking(account.id, stored.event.trackingId, { withDeleted: true });
        // Those of trackings that name the person stand with these.
        if (tracking !== null && isOf(person, tracking.fields)) continue;
        events.push(await exportedEvent(stored));
      }
      const numbers = new Set(parcels.map(({ tracking }) => tracking.number));
      const subject = { person, numbers, ids: new Set<string>() };
      const isLast = next === null;
      const members: ExportedMember[] = [];
      if (isLast)
        for (const member of await membersOf(account, person))
          members.push(await exportedMember(account, member));
      return {
        parcels,
        events,
        inbox: isLast || numbers.size > 0 ? await inboxOf(account, subject) : [],
        answers: isLast || numbers.size > 0 ? await answersOf(account, subject) : [],
        members,
        lookedAt,
        next,
      };
    },
    async erase(request) {
      const { account, person, meant } = request;
      const found = await walked(request, erasedMax);
      const erasing = makeErasing(options, { account, person, meant });
      await erasing.eraseTrackings(found.trackings);
      await erasing.eraseEvents(found.events);
      if (found.next === null) await erasing.eraseRest();
      return { counts: erasing.counts, lookedAt: found.lookedAt, next: found.next };
    },
  };
}

async function everyPage<T>(
  read: (page: PageRequest) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
  see: (item: T) => void,
): Promise<void> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read({ after, limit: pageRows });
    for (const item of page.items) see(item);
    after = page.next;
  } while (after !== null);
}
