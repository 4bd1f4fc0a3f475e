/**
 * What becomes of the trackings of a flush while its updates are run over them, one by one and without waiting.
 *
 * Events and deliveries get their ids only when the draft is sealed, all of them at once. The event log is read in the order of
 * ids, and must never gain an event before one that was read already. Between updates others get their turn, and may
 * commit; so ids are made in the stretch, uninterrupted, in which the commit is handed to the store. No body holds one.
 */
import type { Id, Ids } from '../base/id.ts';
import type { Account } from '../domain/account.ts';
import type { Courier } from '../domain/courier.ts';
import { type Delivery, newDelivery } from '../domain/delivery.ts';
import { type Refused, refuse } from '../domain/error.ts';
import type { TrackingEvent } from '../domain/event.ts';
import { limits } from '../domain/limits.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Update } from '../domain/update.ts';
import type { Webhook } from '../domain/webhook.ts';
import { type Applied, apply, type Change } from '../pipeline/apply.ts';
import { resolve, type Target } from '../pipeline/resolve.ts';
import { fires, hasReader } from '../pipeline/trigger.ts';
import type { Body, TrackingCommit } from '../store/store.ts';
import { renderData } from '../wire/data.ts';
import { renderingOf, type ToldEvent } from './rendering.ts';

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

/** An update and where its result goes. */
export interface Slot {
  readonly update: Update;
  readonly request: number;
  readonly position: number;
}

export interface DraftOptions {
  /** The trackings of every number that the updates name, by `keyOf`. */
  readonly known: Map<string, readonly Tracking[]>;
  readonly ids: Ids;
  senderOf(accountId: Account['id']): { readonly account: Account; readonly webhooks: readonly Webhook[] };
  courierOf(code: string): Courier | null;
  /** The one confident courier of a normalised number. */
  candidateOf(number: string): string | null;
  /** Whether the courier can be asked for news. */
  pollable(courierCode: string): boolean;
}

export interface Draft {
  /** The tracking of a result has the id of its last event once the draft is sealed. */
  run(slot: Slot): UpdateResult;
  /** How much was done so far, in some microseconds. */
  work(): number;
  /** To be called right before the write, with no waiting in between. */
  seal(): readonly TrackingCommit[];
  /** The updates that went into a tracking. */
  slotsOf(trackingId: string): readonly Slot[];
}

/**
 * What costs time, in microseconds as measured on the machine of the bench: an update, each of its scans, each checkpoint
 * of its number; and characters of a body that are rendered in one.
 */
const work = { perUpdate: 12, perScan: 4, perKnown: 0.1 } as const;
const renderedCharsPerWork = 150;

export function makeDraft({ known, ids, ...options }: DraftOptions): Draft {
  const parts = new Map<string, Part>();
  const steps: Step[] = [];
  /** Bytes of bodies, by request. */
  const rendered = new Map<number, number>();
  let worked = 0;

  function run(slot: Slot): UpdateResult {
    if ((rendered.get(slot.request) ?? 0) > limits.renderedBytesPerRequestMax) {
      return refuse('too_much_at_once');
    }
    const { update } = slot;
    const key = keyOf(update);
    const trackings = known.get(key) as readonly Tracking[];
    worked += work.perUpdate + update.scans.length * work.perScan;
    for (const { checkpoints } of trackings) worked += checkpoints.length * work.perKnown;
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
        created: applied.expectedWrites === 0,
        outvoted,
      };
    }
    return result as UpdateResult;
  }

  function record(slot: Slot, target: Target, applied: Applied): Tracking {
    const tracking: Recorded = { ...applied.tracking };
    if (isToBePolled(tracking, target)) tracking.pollAt = tracking.createdAt;
    let part = parts.get(tracking.id);
    if (part === undefined) {
      part = {
        tracking,
        expectedWrites: applied.expectedWrites,
        newestId: tracking.lastEventId,
        events: [],
        bodies: [],
        deliveries: [],
        slots: [],
      };
      parts.set(tracking.id, part);
    }
    part.tracking = tracking;
    part.slots.push(slot);
    const owing = applied.change === null ? null : owe(slot, tracking, applied.change);
    steps.push({ part, tracking, owing });
    return tracking;
  }

  /** A parcel is asked after at once when its courier, one that can be asked, has just become known. */
  function isToBePolled({ courierCode, stopped }: Tracking, target: Target): boolean {
    const before = target.kind === 'existing' ? target.tracking.courierCode : null;
    return courierCode !== null && courierCode !== before && !stopped && options.pollable(courierCode);
  }

  /** What a change owes, all but its ids. */
  function owe(slot: Slot, tracking: Tracking, change: Change): Owing {
    const { accountId, id: trackingId, rawNumber: number, revision } = tracking;
    const { account, webhooks } = options.senderOf(accountId);
    const owed = webhooks.filter((webhook) => fires(webhook, change) && hasReader(webhook, tracking.fields));
    const event: ToldEvent = {
      ...{ accountId, trackingId, number, revision, ...change },
      courierCode: tracking.courierCode,
      destinationCourierCode: tracking.destinationCourierCode,
      fields: tracking.fields,
      createdAt: slot.update.receivedAt,
    };
    const bodies = [...new Set(owed.map((webhook) => webhook.version))].map((version) => {
      const { timeZone } = account;
      const rendering = renderingOf({ tracking, event, timeZone, courierOf: options.courierOf });
      const data = renderData(version, rendering);
      rendered.set(slot.request, (rendered.get(slot.request) ?? 0) + data.length);
      worked += data.length / renderedCharsPerWork;
      return { version, data };
    });
    return { event, owed, bodies };
  }

  /** Makes the event and its deliveries; gives the event's id. */
  function number(part: Part, { event, owed, bodies }: Owing): Id<'evt'> {
    const eventId = ids.next('evt');
    const { accountId, trackingId, number, revision, createdAt } = event;
    const deliveries = owed.map((webhook) => {
      const id = ids.next('dlv');
      return newDelivery(webhook, { id, accountId, eventId, trackingId, number, revision, createdAt });
    });
    const deliveryIds = deliveries.map(({ id }) => id);
    part.events.push({ ...event, id: eventId, previousId: part.newestId, deliveryIds });
    for (const body of bodies) part.bodies.push({ eventId, ...body });
    for (const delivery of deliveries) part.deliveries.push(delivery);
    return eventId;
  }

  return {
    run,
    work: () => worked,
    seal() {
      for (const { part, tracking, owing } of steps) {
        if (owing !== null) part.newestId = number(part, owing);
        tracking.lastEventId = part.newestId;
      }
      return [...parts.values()];
    },
    slotsOf: (trackingId) => parts.get(trackingId)?.slots ?? [],
  };
}

export function keyOf({ accountId, number }: Pick<Update, 'accountId' | 'number'>): string {
  return `${accountId} ${number}`;
}

/** A tracking of which the draft alone knows yet: the id of its last event is still to be made. */
type Recorded = Omit<Tracking, 'lastEventId' | 'pollAt'> & {
  lastEventId: Tracking['lastEventId'];
  pollAt: Tracking['pollAt'];
};

/** A `TrackingCommit` in the making, and whose updates went into it. */
interface Part {
  tracking: Tracking;
  readonly expectedWrites: number;
  /** Its newest event as far as they are numbered. */
  newestId: Tracking['lastEventId'];
  readonly events: TrackingEvent[];
  readonly bodies: Body[];
  readonly deliveries: Delivery[];
  readonly slots: Slot[];
}

/** What an update made of a tracking. */
interface Step {
  readonly part: Part;
  readonly tracking: Recorded;
  readonly owing: Owing | null;
}

interface Owing {
  readonly event: ToldEvent;
  readonly owed: readonly Webhook[];
  readonly bodies: readonly Omit<Body, 'eventId'>[];
}

function replace(trackings: readonly Tracking[], tracking: Tracking): readonly Tracking[] {
  const index = trackings.findIndex((other) => other.id === tracking.id);
  return index === -1 ? [...trackings, tracking] : trackings.with(index, tracking);
}
