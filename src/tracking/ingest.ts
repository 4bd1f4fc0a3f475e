/**
 * The left half of the flow: updates in, committed revisions out. Requests gather into a flush; a flush takes the
 * trackings it names from memory or the store, runs the pure pipeline over its updates in the order they came, and commits states, events,
 * bodies and deliveries in one transaction. Callers are answered after that commit; then the deliveries are handed on.
 *
 * The invariant: an update is either answered with what became of it after that is durable, or refused with nothing of
 * it taken. A whole request is always in one flush, so that its remembered answer commits with it.
 */
import { makeGroupCommit } from '../base/groupCommit.ts';
import type { Ids } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import type { Courier } from '../domain/courier.ts';
import type { Delivery } from '../domain/delivery.ts';
import { AppError, problem, type Refused, refuse } from '../domain/error.ts';
import type { TrackingEvent } from '../domain/event.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import type { Webhook } from '../domain/webhook.ts';
import { type Applied, apply, type Change } from '../pipeline/apply.ts';
import { resolve, type Target } from '../pipeline/resolve.ts';
import { fires } from '../pipeline/trigger.ts';
import type {
  AccountId,
  Answer,
  Body,
  NumberKey,
  OwedDelivery,
  TrackingCommit,
  TrackingStore,
} from '../store/store.ts';
import { renderData } from '../wire/data.ts';
import { makeRecent } from './recent.ts';
import { renderingOf } from './rendering.ts';

export type UpdateResult =
  | {
      readonly ok: true;
      readonly tracking: Tracking;
      readonly changed: boolean;
      readonly created: boolean;
      /** Places in the update of the scans that did not come to hold: another report of the same scan did before them. */
      readonly outvoted: readonly number[];
    }
  | Refused;

export interface IngestRequest {
  readonly updates: readonly Update[];
  /** What to remember under the request's idempotency key, made of its results. */
  readonly answer: ((results: readonly UpdateResult[]) => Answer) | null;
}

export interface Ingest {
  /** One result an update, in their order, after the commit. @throws AppError `busy` when too many wait */
  submit(request: IngestRequest): Promise<readonly UpdateResult[]>;
  /** Resolves when all that was submitted is answered. */
  idle(): Promise<void>;
  /** What is held in memory of these numbers is out of date: they are read anew. */
  forget(keys: readonly NumberKey[]): void;
}

export interface IngestOptions {
  readonly store: Pick<TrackingStore, 'load' | 'commit'>;
  readonly ids: Ids;
  accountOf(id: AccountId): Promise<Account>;
  webhooksOf(id: AccountId): Promise<readonly Webhook[]>;
  courierOf(code: string): Courier | null;
  /** The one confident courier of a normalised number. */
  candidateOf(number: string): string | null;
  /** Whether the courier can be asked for news. */
  pollable(courierCode: string): boolean;
  /** Called after a commit with what it owes, in order, and the trackings as they are now. */
  onCommitted(owed: readonly OwedDelivery[], trackings: readonly Tracking[]): void;
  readonly gatherMs?: number;
}

const updatesPerFlush = 256;
const gatherMsDefault = 2;
/** Under load larger groups pay: fewer syncs, fewer pages written twice. */
const busyGatherMs = 8;
/** While one is being written the next is worked out. */
const flushesMax = 2;
/** A tracking that other processes keep writing is tried this often before its update is refused. */
const roundsMax = 10;

export function makeIngest(options: IngestOptions): Ingest {
  const { store, ids } = options;
  let waiting = 0;
  const group = makeGroupCommit<IngestRequest, readonly UpdateResult[]>({
    flush,
    delayMs: options.gatherMs ?? gatherMsDefault,
    busyDelayMs: options.gatherMs ?? busyGatherMs,
    weightMax: updatesPerFlush,
    flushesMax,
    keysOf: (request) => new Set(request.updates.map(keyOf)),
  });
  const recent = makeRecent();
  /** How often something was forgotten: what a flush read before that may be out of date, and is not remembered. */
  let forgotten = 0;

  async function flush(requests: IngestRequest[]): Promise<(readonly UpdateResult[])[]> {
    const results: UpdateResult[][] = requests.map(() => []);
    let pending = requests.flatMap((request, index) =>
      request.updates.map((update, position): Slot => ({ update, request: index, position })),
    );
    // Once at least: an answer is remembered also where nothing was to be taken.
    for (let round = 0; round === 0 || pending.length > 0; round++) {
      if (round === roundsMax) throw new Error('A tracking was written by others ten times in a row.');
      pending = await runRound(requests, pending, results);
    }
    return results;
  }

  /** Runs the slots and commits them; returns those to be run again because others wrote their tracking. */
  async function runRound(
    requests: readonly IngestRequest[],
    slots: readonly Slot[],
    results: UpdateResult[][],
  ): Promise<Slot[]> {
    const draft = await makeDraft(slots);
    for (const slot of slots) (results[slot.request] as UpdateResult[])[slot.position] = draft.run(slot);
    const commits = draft.commits();
    const answers = requests.flatMap(
      (request, index) => request.answer?.(results[index] as UpdateResult[]) ?? [],
    );
    if (commits.length === 0 && answers.length === 0) return [];

    const outcomes = await store.commit({ trackings: commits, answers }).catch((error) => {
      draft.forget();
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
        for (const delivery of outcome.deliveries) owed.push(oweOf(commit, delivery));
        continue;
      }
      spoilt.push(commit.tracking);
      for (const slot of draft.slotsOf(commit.tracking.id)) {
        if (outcome.kind === 'conflict') again.push(slot);
        else (results[slot.request] as UpdateResult[])[slot.position] = unstorable(outcome.message);
      }
    }
    draft.remember(written, spoilt);
    options.onCommitted(owed, written);
    return again;
  }

  /** What a round works on: the loaded trackings, and what becomes of them. */
  async function makeDraft(slots: readonly Slot[]) {
    const begunAt = forgotten;
    const known = new Map<string, readonly Tracking[]>();
    const unread = new Map<string, NumberKey>();
    for (const { update } of slots) {
      const key = keyOf(update);
      if (known.has(key) || unread.has(key)) continue;
      const held = recent.get(key);
      if (held === undefined) unread.set(key, { accountId: update.accountId, number: update.number });
      else known.set(key, held);
    }
    const loaded = unread.size === 0 ? [] : await store.load([...unread.values()]);
    let position = 0;
    for (const key of unread.keys()) known.set(key, loaded[position++] as readonly Tracking[]);
    const accounts = new Map<AccountId, { account: Account; webhooks: readonly Webhook[] }>();
    for (const { update } of slots) {
      const id = update.accountId;
      if (accounts.has(id)) continue;
      accounts.set(id, { account: await options.accountOf(id), webhooks: await options.webhooksOf(id) });
    }
    const drafts = new Map<string, Draft>();
    /** Bytes of bodies, by request. */
    const rendered = new Map<number, number>();

    function run(slot: Slot): UpdateResult {
      if ((rendered.get(slot.request) ?? 0) > limits.renderedBytesPerRequestMax) {
        return refuse('too_much_at_once');
      }
      const { update } = slot;
      const key = keyOf(update);
      const trackings = known.get(key) as readonly Tracking[];
      const resolution = resolve(trackings, update, options.candidateOf);
      if (!resolution.ok) return resolution;
      const applications = resolution.targets.map((target) => ({
        target,
        applied: apply(target, update, () => ids.next('trk')),
      }));
      // All or nothing: a part that is refused refuses the whole update.
      for (const { applied } of applications) if (!applied.ok) return applied;
      const outvoted = applications.flatMap(({ applied }) =>
        applied.ok ? applied.outvoted.map(({ position }) => position) : [],
      );
      let result: UpdateResult | null = null;
      for (const { target, applied } of applications) {
        if (!applied.ok) continue;
        const tracking = applied.dirty ? record(slot, target, applied) : applied.tracking;
        if (applied.dirty) known.set(key, replace(known.get(key) as readonly Tracking[], tracking));
        result = {
          ok: true,
          tracking,
          changed: applied.change !== null,
          created: applied.expectedRevision === 0,
          outvoted,
        };
      }
      return result as UpdateResult;
    }

    function record(slot: Slot, target: Target, applied: Applied): Tracking {
      let tracking = schedulePoll(applied.tracking, target);
      let draft = drafts.get(tracking.id);
      if (draft === undefined) {
        draft = {
          tracking,
          expectedRevision: applied.expectedRevision,
          events: [],
          bodies: [],
          deliveries: [],
          slots: [],
        };
        drafts.set(tracking.id, draft);
      }
      if (applied.change !== null) {
        tracking = { ...tracking, lastEventId: owe(draft, slot, tracking, applied.change) };
      }
      draft.tracking = tracking;
      draft.slots.push(slot);
      return tracking;
    }

    /** A parcel is asked after at once when its courier, one that can be asked, has just become known. */
    function schedulePoll(tracking: Tracking, target: Target): Tracking {
      const before = target.kind === 'existing' ? target.tracking.courierCode : null;
      const { courierCode } = tracking;
      if (
        courierCode === null ||
        courierCode === before ||
        tracking.stopped ||
        !options.pollable(courierCode)
      )
        return tracking;
      return { ...tracking, pollAt: tracking.createdAt };
    }

    /** Records a change as an event with its bodies and deliveries; gives the event's id. */
    function owe(draft: Draft, slot: Slot, tracking: Tracking, change: Change): TrackingEvent['id'] {
      const { accountId, id: trackingId, rawNumber: number, revision } = tracking;
      const { account, webhooks } = accounts.get(accountId) as {
        account: Account;
        webhooks: readonly Webhook[];
      };
      const eventId = ids.next('evt');
      const owed = webhooks.filter((webhook) => fires(webhook, change));
      const deliveries = owed.map((webhook): Delivery => {
        const { id: webhookId, version, callback, ordered } = webhook;
        const state = webhook.enabled ? 'ready' : 'parked';
        return {
          ...{
            id: ids.next('dlv'),
            accountId,
            webhookId,
            eventId,
            trackingId,
            number,
            revision,
            version,
            callback,
            ordered,
            state,
          },
          ...{ attempts: 0, dueAt: null, createdAt: slot.update.receivedAt, settledAt: null },
        };
      });
      const event: TrackingEvent = {
        ...{ id: eventId, accountId, trackingId, number, revision, ...change },
        courierCode: tracking.courierCode,
        destinationCourierCode: tracking.destinationCourierCode,
        fields: tracking.fields,
        previousId: tracking.lastEventId,
        deliveryIds: deliveries.map((delivery) => delivery.id),
        createdAt: slot.update.receivedAt,
      };
      for (const version of new Set(owed.map((webhook) => webhook.version))) {
        const { timeZone } = account;
        const rendering = renderingOf({ tracking, event, timeZone, courierOf: options.courierOf });
        const data = renderData(version, rendering);
        rendered.set(slot.request, (rendered.get(slot.request) ?? 0) + data.length);
        draft.bodies.push({ eventId, version, data });
      }
      draft.events.push(event);
      for (const delivery of deliveries) draft.deliveries.push(delivery);
      return eventId;
    }

    return {
      run,
      commits: (): TrackingCommit[] => [...drafts.values()],
      /** What was committed is known without reading from now on; numbers with anything that was not are read again. */
      remember(written: readonly Tracking[], spoilt: readonly Tracking[]): void {
        for (const tracking of written) {
          if (begunAt !== forgotten) recent.drop(keyOf(tracking));
          else recent.set(keyOf(tracking), known.get(keyOf(tracking)) as readonly Tracking[]);
        }
        for (const tracking of spoilt) recent.drop(keyOf(tracking));
      },
      forget(): void {
        for (const key of known.keys()) recent.drop(key);
      },
      slotsOf: (trackingId: string): readonly Slot[] => drafts.get(trackingId)?.slots ?? [],
    };
  }

  return {
    async submit(request) {
      const weight = request.updates.length;
      if (waiting + weight > limits.ingestWaitingUpdatesMax) throw new AppError('busy');
      waiting += weight;
      try {
        return await group.submit(request, weight);
      } finally {
        waiting -= weight;
      }
    },
    idle: () => group.idle(),
    forget(keys) {
      if (keys.length > 0) forgotten++;
      for (const key of keys) recent.drop(keyOf(key));
    },
  };
}

/** An update and where its result goes. */
interface Slot {
  readonly update: Update;
  readonly request: number;
  readonly position: number;
}

/** A `TrackingCommit` in the making, and whose updates went into it. */
interface Draft {
  tracking: Tracking;
  readonly expectedRevision: number;
  readonly events: TrackingEvent[];
  readonly bodies: Body[];
  readonly deliveries: Delivery[];
  readonly slots: Slot[];
}

function keyOf({ accountId, number }: Pick<Update, 'accountId' | 'number'>): string {
  return `${accountId} ${number}`;
}

function replace(trackings: readonly Tracking[], tracking: Tracking): readonly Tracking[] {
  const index = trackings.findIndex((other) => other.id === tracking.id);
  return index === -1 ? [...trackings, tracking] : trackings.with(index, tracking);
}

function oweOf({ events, bodies }: TrackingCommit, delivery: Delivery): OwedDelivery {
  const body = bodies.find(
    (other) => other.eventId === delivery.eventId && other.version === delivery.version,
  ) as Body;
  const event = events.find((other) => other.id === delivery.eventId) as TrackingEvent;
  return { delivery, event, data: body.data };
}

function unstorable(message: string): UpdateResult {
  return refuse(problem('internal', `This update could not be stored: ${message}. The others were.`));
}
