/**
 * Erases a person from their parcels. The order is what makes it right: everything that hangs on a tracking goes first, and the tracking,
 * by which all of it is found, last. So a run that is broken off, by a crash or a full disk, is made whole by running it again.
 * The tracking is written only as it was read: had an update of it come in between, which may have made an event with what is to go, the
 * parcel is gone through once more. No event is made, and revision, order and what is owed stay.
 *
 * Bodies are rendered anew from the bare event, so what is still owed goes out without the person. Processes that send hold some of
 * them in memory: each webhook that is owed one rests once (`webhooks/reordering.ts`), after which all read its queue anew.
 * An attempt that was under way through all of that ends with what its receiver answers: see the guide.
 */
import { bareId } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import { AppError } from '../domain/error.ts';
import { type Person, withoutPerson } from '../domain/person.ts';
import type { WebhookVersion } from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import type {
  AnswerStore,
  InboxStore,
  NumberKey,
  PeopleStore,
  StoredEvent,
  TrackingStore,
} from '../store/store.ts';
import type { ToldEvent } from '../tracking/rendering.ts';
import { bareTracking, type Erased } from './bare.ts';
import { eventsOf, type Parcel } from './parcels.ts';
import { isAbout, type Subject, textWithout } from './subject.ts';

export interface ErasingOptions {
  readonly store: PeopleStore &
    Pick<AnswerStore, 'answers' | 'rewriteAnswer'> &
    Pick<InboxStore, 'inboxMessages' | 'deleteInboxMessages'> &
    Pick<TrackingStore, 'tracking' | 'commit'>;
  render(version: WebhookVersion, source: { tracking: Tracking; event: ToldEvent; timeZone: string }): string;
  /** While nobody sends from it; afterwards its queue is read anew. */
  rest(webhook: Pick<Webhook, 'accountId' | 'id'>): Promise<void>;
  /** What is held in memory of these numbers is out of date. */
  forget(keys: readonly NumberKey[]): void;
}

/** How much was changed: nothing that was bare already counts. */
export interface Counts {
  trackings: number;
  events: number;
  /** Attempts of which the answer is gone. */
  responses: number;
  inboxMessages: number;
  /** To requests with an idempotency key. */
  answers: number;
}

const noCounts: Counts = { trackings: 0, events: 0, responses: 0, inboxMessages: 0, answers: 0 };

export interface Erasing {
  /** Of trackings with all that hangs on them. @throws AppError `busy` where one is being written all the time */
  eraseTrackings(ids: readonly string[]): Promise<void>;
  /** Of single events, whose trackings do not name the person. */
  eraseEvents(ids: readonly string[]): Promise<void>;
  /** Of what tells of the person wherever else. */
  eraseRest(): Promise<void>;
  readonly counts: Readonly<Counts>;
}

const tries = 10;
const pageRows = 100;

export function makeErasing(
  options: ErasingOptions,
  { account, person, meant }: { account: Account; person: Person; meant: Erased },
): Erasing {
  const { store } = options;
  const accountId = account.id;
  const counts = { ...noCounts };

  async function parcelOf(id: string): Promise<Parcel | null> {
    const tracking = await store.tracking(accountId, id, { withDeleted: true });
    return tracking === null ? null : { tracking, owed: await store.owedOf(accountId, id) };
  }

  /** One round over some trackings; gives those that were written by others meanwhile, to be gone through again. */
  async function eraseAll(ids: readonly string[]): Promise<readonly string[]> {
    const parcels: Parcel[] = [];
    for (const id of ids) {
      const parcel = await parcelOf(id);
      if (parcel !== null) parcels.push(parcel);
    }
    if (parcels.length === 0) return [];
    await sweep(subjectOf(parcels.map(({ tracking }) => tracking)));
    const rewritten = new Set<string>();
    for (const parcel of parcels) {
      const bare = bareTracking(parcel.tracking, meant);
      for await (const stored of eventsOf(store, parcel))
        if (await eraseEvent(stored, bare)) rewritten.add(stored.event.id);
    }
    await restOwed(parcels, rewritten);
    const again: string[] = [];
    for (const { tracking } of parcels) {
      const bare = bareTracking(tracking, meant);
      if (bare !== tracking && !(await write(tracking, bare))) again.push(tracking.id);
    }
    return again;
  }

  /** Whether it still was as it was read. */
  async function write(tracking: Tracking, bare: Tracking): Promise<boolean> {
    const [result] = await store.commit({
      trackings: [
        {
          tracking: { ...bare, writes: tracking.writes + 1 },
          expectedWrites: tracking.writes,
          events: [],
          bodies: [],
          deliveries: [],
        },
      ],
      answers: [],
      // Nothing of this rests on settings.
      heard: Number.MAX_SAFE_INTEGER,
    });
    options.forget([tracking]);
    if (result?.kind === 'failed') throw new Error(`A tracking could not be written: ${result.message}`);
    if (result?.kind !== 'committed') return false;
    counts.trackings++;
    return true;
  }

  /** What was answered to it first: once it is bare itself, only its tracking leads to it. Whether it was rewritten. */
  async function eraseEvent(read: StoredEvent, tracking: Tracking): Promise<boolean> {
    let stored: StoredEvent | null = read;
    for (let round = 0; round < tries && stored !== null; round++) {
      counts.responses += await store.eraseResponses(accountId, stored.event.deliveryIds);
      const event = { ...stored.event, fields: withoutPerson(stored.event.fields, meant) };
      const bodies = stored.bodies.map(({ version }) => ({
        version,
        data: options.render(version, { tracking, event, timeZone: account.timeZone }),
      }));
      const isBare =
        event.fields === stored.event.fields &&
        bodies.every(({ data }, index) => data === stored?.bodies[index]?.data);
      if (isBare) return false;
      if (await store.rewriteEvent(stored, { event, bodies })) {
        counts.events++;
        return true;
      }
      // It was owed to one more webhook meanwhile, or retention took it.
      stored = await store.storedEvent(accountId, stored.event.id);
    }
    if (stored === null) return false;
    throw new AppError('busy');
  }

  /** Lets those that hold bodies of these events in memory read them anew; then what was answered meanwhile goes as well. */
  async function restOwed(parcels: readonly Parcel[], eventIds: ReadonlySet<string>): Promise<void> {
    const waiting = parcels
      .flatMap(({ owed }) => owed)
      .filter(({ eventId, parked }) => !parked && eventIds.has(eventId));
    for (const id of new Set(waiting.map(({ webhookId }) => webhookId)))
      await options.rest({ accountId, id: id as Webhook['id'] });
    for (const eventId of new Set(waiting.map((one) => one.eventId))) {
      const stored = await store.storedEvent(accountId, eventId);
      if (stored !== null)
        counts.responses += await store.eraseResponses(accountId, stored.event.deliveryIds);
    }
  }

  /** The person, and parcels of theirs. */
  function subjectOf(trackings: readonly Tracking[]): Subject {
    return {
      person,
      numbers: new Set(trackings.map(({ number }) => number)),
      ids: new Set(trackings.map(({ id }) => bareId(id))),
    };
  }

  /** What is remembered and received of a subject. */
  async function sweep(subject: Subject): Promise<void> {
    await sweepAnswers(subject);
    let after: string | null = null;
    do {
      const { items, next } = await store.inboxMessages(accountId, { after, limit: pageRows });
      const theirs = items.filter(({ body }) => isAbout(body, subject)).map(({ id }) => id);
      if (theirs.length > 0) counts.inboxMessages += await store.deleteInboxMessages(accountId, theirs);
      after = next;
    } while (after !== null);
  }

  async function sweepAnswers(subject: Subject): Promise<void> {
    let after: string | null = null;
    for (;;) {
      const answers = await store.answers(accountId, { after, limit: pageRows });
      for (const answer of answers) {
        const body = textWithout(answer.body, subject, meant);
        if (body !== null && (await store.rewriteAnswer(answer, body))) counts.answers++;
      }
      const last = answers.at(-1);
      if (last === undefined) return;
      after = last.key;
    }
  }

  return {
    counts,
    async eraseTrackings(ids) {
      let left = ids;
      for (let round = 0; left.length > 0; round++) {
        if (round === tries) throw new AppError('busy');
        left = await eraseAll(left);
      }
    },
    async eraseEvents(ids) {
      const rewritten = new Set<string>();
      const parcels: Parcel[] = [];
      for (const id of ids) {
        const stored = await store.storedEvent(accountId, id);
        const parcel = stored && (await parcelOf(stored.event.trackingId));
        if (stored === null || parcel === null) continue;
        // The parcel is somebody else's by now: what its courier wrote is left as it is.
        if (await eraseEvent(stored, parcel.tracking)) rewritten.add(id);
        parcels.push(parcel);
      }
      await restOwed(parcels, rewritten);
    },
    eraseRest: () => sweep(subjectOf([])),
  };
}
