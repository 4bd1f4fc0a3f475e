/**
 * The left half of the flow: updates in, committed revisions out. Requests gather into a flush; a flush takes the
 * trackings it names from memory or the store, runs the pure pipeline over its updates in the order they came (`draft.ts`),
 * and commits states, events, bodies and deliveries in one transaction. Callers are answered after that commit; then the
 * deliveries are handed on.
 *
 * The invariant: an update is either answered with what became of it after that is durable, or refused with nothing of
 * it taken. A whole request is always in one flush, so that its remembered answer commits with it.
 */
import { makeGroupCommit } from '../base/groupCommit.ts';
import { nextTurn } from '../base/turn.ts';
import type { Account } from '../domain/account.ts';
import { type Delivery, dataVersion } from '../domain/delivery.ts';
import { type Problem, problem, refuse } from '../domain/error.ts';
import type { TrackingEvent } from '../domain/event.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import type { Webhook } from '../domain/webhook.ts';
import {
  type AccountId,
  type Answer,
  AnswerTaken,
  type Body,
  type NumberKey,
  type OwedDelivery,
  StoreUnavailable,
  type TrackingCommit,
  type TrackingStore,
} from '../store/store.ts';
import { type DraftOptions, keyOf, makeDraft, type Slot, type UpdateResult } from './draft.ts';
import { makeHeldTrackings } from './heldTrackings.ts';
import { makePlaces } from './places.ts';

export type { UpdateResult };

/** All updates of a request are of one account. */
export interface IngestRequest {
  readonly updates: readonly Update[];
  /** What to remember under the request's idempotency key, made of its results. */
  readonly answer: ((results: readonly UpdateResult[]) => Answer) | null;
}

export interface Ingest {
  /** One result an update, in their order, after the commit. @throws AppError `busy` when too many wait; AnswerTaken */
  submit(request: IngestRequest): Promise<readonly UpdateResult[]>;
  /** Resolves when all that was submitted is answered. */
  idle(): Promise<void>;
  /** What is held in memory of these numbers is out of date: they are read anew. */
  forget(keys: readonly NumberKey[]): void;
}

export interface IngestOptions extends Omit<DraftOptions, 'known' | 'senderOf'> {
  readonly store: Pick<TrackingStore, 'load' | 'writesOf' | 'commit'>;
  /** How far the news of other processes were heard, and hearing what there is (see `shards/news.ts`). */
  readonly news: { heard(): number; catchUp(): Promise<void> };
  accountOf(id: AccountId): Promise<Account>;
  webhooksOf(id: AccountId): Promise<readonly Webhook[]>;
  /** Called after a commit with what it owes, in order, and the trackings as they are now. */
  onCommitted(owed: readonly OwedDelivery[], trackings: readonly Tracking[]): void;
  readonly gatherMs?: number;
  /** Flushes that are written at a time; while one is being written the next is worked out. */
  readonly flushesMax?: number;
}

const updatesPerFlush = 256;
const gatherMsDefault = 2;
/**
 * Work of a flush (see `draft.ts`) between two turns of the event loop: others wait for some 20 ms of it at most. A turn in
 * the middle of a flush of usual updates costs more than it gives: 5 ms made batches of 100 a quarter slower.
 */
const workPerTurnMax = 20_000;
/** Under load larger groups pay: fewer syncs, fewer pages written twice. */
const busyGatherMs = 8;
const flushesMaxDefault = 2;
/** A tracking that other processes keep writing is tried this often before its update is refused. */
const roundsMax = 10;

export function makeIngest(options: IngestOptions): Ingest {
  const { store } = options;
  const places = makePlaces();
  const group = makeGroupCommit<IngestRequest, readonly UpdateResult[]>({
    flush,
    delayMs: options.gatherMs ?? gatherMsDefault,
    busyDelayMs: options.gatherMs ?? busyGatherMs,
    weightMax: updatesPerFlush,
    flushesMax: options.flushesMax ?? flushesMaxDefault,
    keysOf: (request) => new Set(request.updates.map(keyOf)),
    turnOf,
  });
  const heldTrackings = makeHeldTrackings();
  /** Requests of which nothing was taken, by their results, in a flush of which something was. */
  const failed = new WeakMap<readonly UpdateResult[], StoreUnavailable | AnswerTaken>();
  /** How often something was forgotten: what a flush read before that may be out of date, and is not remembered. */
  let forgotten = 0;

  async function flush(requests: IngestRequest[]): Promise<(readonly UpdateResult[])[]> {
    const results: UpdateResult[][] = requests.map(() => []);
    let pending = requests.flatMap((request, index) =>
      request.updates.map((update, position): Slot => ({ update, request: index, position })),
    );
    const answers = requests.map(({ answer }) => answer);
    // Once at least: an answer is remembered also where nothing was to be taken.
    pending = await runUntaken(pending);
    for (let round = 1; pending.length > 0; round++) {
      if (round === roundsMax) return refuseAll(pending, overwritten);
      try {
        // Some may be owed to webhooks as they were before another process changed them.
        await options.news.catchUp();
        pending = await runUntaken(pending);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        for (const [index, { updates }] of requests.entries()) {
          const left = pending.filter(({ request }) => request === index).length;
          if (left > 0 && left === updates.length) failed.set(results[index] as UpdateResult[], error);
        }
        return refuseAll(pending, error.isUncertain ? unanswered : leftOut);
      }
    }
    return results;

    /** A round without the requests that another process has answered meanwhile. */
    async function runUntaken(slots: readonly Slot[]): Promise<Slot[]> {
      try {
        return await runRound(answers, slots, results);
      } catch (error) {
        if (!(error instanceof AnswerTaken)) throw error;
        const index = answers.findIndex((answer, at) => {
          const own = answer?.(results[at] as UpdateResult[]);
          return error.taken.some(({ accountId, key }) => accountId === own?.accountId && key === own.key);
        });
        answers[index] = null;
        failed.set(results[index] as UpdateResult[], error);
        return runUntaken(slots.filter(({ request }) => request !== index));
      }
    }

    /** The others are written; these may be sent again. */
    function refuseAll(slots: readonly Slot[], why: Problem): typeof results {
      for (const { request, position } of slots) (results[request] as UpdateResult[])[position] = refuse(why);
      return results;
    }
  }

  /** Runs the slots and commits them; returns those to be run again because others wrote their tracking. */
  async function runRound(
    answersOf: readonly IngestRequest['answer'][],
    slots: readonly Slot[],
    results: UpdateResult[][],
  ): Promise<Slot[]> {
    const begunAt = forgotten;
    const heard = options.news.heard();
    const known = await knownOf(slots);
    const draft = makeDraft({ ...options, known, senderOf: await sendersOf(slots) });
    let turnAt = workPerTurnMax;
    for (const slot of slots) {
      (results[slot.request] as UpdateResult[])[slot.position] = draft.run(slot);
      if (draft.work() < turnAt) continue;
      turnAt = draft.work() + workPerTurnMax;
      await nextTurn();
    }
    // From here to the store without waiting: whoever commits later has later ids (`draft.ts`).
    const commits = draft.seal();
    const answers = answersOf.flatMap((answer, index) => answer?.(results[index] as UpdateResult[]) ?? []);
    if (commits.length === 0 && answers.length === 0) return [];

    const now = slots.reduce((latest, { update }) => Math.max(latest, update.receivedAt), 0);
    const outcomes = await store.commit({ trackings: commits, answers, heard, now }).catch((error) => {
      for (const key of known.keys()) heldTrackings.drop(key);
      throw error;
    });
    const again: Slot[] = [];
    const owed: OwedDelivery[] = [];
    const written: Tracking[] = [];
    const spoilt: Tracking[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const commit = commits[index] as TrackingCommit;
      if (outcome.kind === 'committed') {
        written.push(commit.tracking);
        for (const delivery of owedOf(commit, outcome.deliveries)) owed.push(delivery);
        continue;
      }
      spoilt.push(commit.tracking);
      for (const slot of draft.slotsOf(commit.tracking.id)) {
        if (outcome.kind === 'failed')
          (results[slot.request] as UpdateResult[])[slot.position] = unstorable(outcome.message);
        else again.push(slot);
      }
    }
    // What was committed is known without reading from now on; numbers with anything that was not are read again.
    for (const tracking of written) {
      const key = keyOf(tracking);
      if (begunAt !== forgotten) heldTrackings.drop(key);
      else heldTrackings.set(key, known.get(key) as readonly Tracking[]);
    }
    for (const tracking of spoilt) heldTrackings.drop(keyOf(tracking));
    options.onCommitted(owed, written);
    return again;
  }

  /** The trackings of every number that is named, from the store, or from memory where it is as the store has it. */
  async function knownOf(slots: readonly Slot[]): Promise<Map<string, readonly Tracking[]>> {
    const keys = new Map<string, NumberKey>();
    for (const { update } of slots)
      keys.set(keyOf(update), { accountId: update.accountId, number: update.number });
    const known = await heldOf(keys);
    const unread = [...keys].filter(([key]) => !known.has(key));
    if (unread.length === 0) return known;
    const loaded = await store.load(unread.map(([, number]) => number));
    for (const [place, [key]] of unread.entries()) known.set(key, loaded[place] as readonly Tracking[]);
    return known;
  }

  /**
   * What is held of these numbers. Also what is not written rests on it, such as that an update says nothing new, so what
   * another process may have changed is compared first.
   */
  async function heldOf(keys: ReadonlyMap<string, NumberKey>): Promise<Map<string, readonly Tracking[]>> {
    const held = new Map<string, readonly Tracking[]>();
    for (const key of keys.keys()) {
      const trackings = heldTrackings.get(key);
      if (trackings !== undefined) held.set(key, trackings);
    }
    if (held.size === 0) return held;
    const writes = await store.writesOf(Array.from(held.keys(), (key) => keys.get(key) as NumberKey));
    if (writes === null) return held;
    for (const [place, [key, trackings]] of [...held].entries())
      if (!isAsWritten(trackings, writes[place] as ReadonlyMap<string, number>)) held.delete(key);
    return held;
  }

  async function sendersOf(slots: readonly Slot[]): Promise<DraftOptions['senderOf']> {
    const senders = new Map<AccountId, { account: Account; webhooks: readonly Webhook[] }>();
    for (const { update } of slots) {
      const id = update.accountId;
      if (senders.has(id)) continue;
      senders.set(id, { account: await options.accountOf(id), webhooks: await options.webhooksOf(id) });
    }
    return (id) => senders.get(id) as ReturnType<DraftOptions['senderOf']>;
  }

  return {
    async submit(request) {
      const giveBack = places.take(turnOf(request), request.updates.length);
      try {
        const results = await group.submit(request, request.updates.length);
        const error = failed.get(results);
        if (error !== undefined) throw error;
        return results;
      } finally {
        giveBack();
      }
    },
    idle: () => group.idle(),
    forget(keys) {
      if (keys.length > 0) forgotten++;
      for (const key of keys) heldTrackings.drop(keyOf(key));
    },
  };
}

function isAsWritten(trackings: readonly Tracking[], writes: ReadonlyMap<string, number>): boolean {
  return writes.size === trackings.length && trackings.every(({ id, writes: own }) => writes.get(id) === own);
}

/** One account after the other; a request of which nothing could be read touches nobody's. */
function turnOf({ updates }: IngestRequest): string {
  return updates[0]?.accountId ?? '';
}

/** A thousand updates may be of one parcel. All three lists are in the order of its revisions, so none is searched. */
function owedOf(
  { events, bodies }: TrackingCommit,
  deliveries: readonly Delivery[],
): readonly OwedDelivery[] {
  let at = 0;
  let firstBody = 0;
  return deliveries.map((delivery) => {
    while (events[at]?.id !== delivery.eventId) at++;
    while (bodies[firstBody]?.eventId !== delivery.eventId) firstBody++;
    let own = firstBody;
    const version = dataVersion(delivery.version);
    while (bodies[own]?.version !== version) own++;
    return { delivery, event: events[at] as TrackingEvent, data: (bodies[own] as Body).data };
  });
}

const overwritten = problem(
  'busy',
  'This parcel is being written by others all the time. Nothing of this update was taken: send it again.',
);

const leftOut = problem(
  'store_unavailable',
  'The store is not available just now. Nothing of this update was taken: send it again.',
);

const unanswered = problem(
  'store_unavailable',
  'The store did not answer, so it is not known whether this update was taken. Send it again.',
);

function unstorable(message: string): UpdateResult {
  return refuse(problem('internal', `This update could not be stored: ${message}. The others were.`));
}
