/**
 * Domain values for tests: each builder gives something ordinary, and a test says only what matters to it. What can be
 * derived is (a scan's instant from its wall time, a status from its sub-status), so that a test cannot contradict
 * itself by accident; what is said is taken as it is.
 */
import assert from 'node:assert/strict';
import type { Id, Prefix } from '../../src/base/id.ts';
import type { Exchange } from '../../src/domain/attempt.ts';
import type { Checkpoint, Precision, Scan } from '../../src/domain/checkpoint.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { TrackingEvent } from '../../src/domain/event.ts';
import { PLAIN_SUBSTATUS, pendingState, type State, statusOf } from '../../src/domain/status.ts';
import { noFields, normaliseNumber, type Tracking } from '../../src/domain/tracking.ts';
import { emptyUpdate, type Update } from '../../src/domain/update.ts';
import { newWebhook, type Webhook } from '../../src/domain/webhook.ts';
import { type Applied, apply } from '../../src/pipeline/apply.ts';
import { resolve } from '../../src/pipeline/resolve.ts';

/** When everything in tests arrives unless it says otherwise: Friday 2024-03-15, 12:00 UTC. */
export const testNow = Date.UTC(2024, 2, 15, 12);

/** An id of the right form; the same for the same ordinal. */
export function anId<P extends Prefix>(prefix: P, ordinal = 1): Id<P> {
  return `${prefix}_018e41d57a0070008${ordinal.toString(16).padStart(15, '0')}`;
}

/** A state by its sub-status alone. */
export function aState(substatus: State['substatus']): State {
  return { status: statusOf(substatus), substatus };
}

/** By default in transit on the origin's side at 2024-03-10 10:00 UTC, with the status stated. */
export function aScan(said: Partial<Scan> = {}): Scan {
  const wall = said.wall ?? '2024-03-10 10:00';
  const offsetMinutes = said.offsetMinutes ?? null;
  return {
    side: 'origin',
    sourceId: null,
    version: 0,
    wall,
    precision: precisionOf(wall),
    offsetMinutes,
    at: instantOf(wall) - (offsetMinutes ?? 0) * 60_000,
    description: 'In transit',
    location: null,
    code: null,
    stated: true,
    source: 'api',
    position: 0,
    ...said,
    ...stateOf(said, aState('transit001')),
  };
}

/** A scan that a tracking holds since its first revision. */
export function aCheckpoint(said: Partial<Checkpoint> = {}): Checkpoint {
  return { ahead: false, addedIn: 1, replacedIn: null, ...said, ...aScan(said) };
}

/** The same checkpoints, of which `reads` counts how often any was looked at, as a measure of work. */
export function counted(checkpoints: readonly Checkpoint[]): {
  readonly checkpoints: readonly Checkpoint[];
  reads(): number;
} {
  let reads = 0;
  const watched = checkpoints.map(({ side, ...rest }) =>
    Object.defineProperty({ ...rest, side }, 'side', {
      enumerable: true,
      get() {
        reads++;
        return side;
      },
    }),
  );
  return { checkpoints: watched, reads: () => reads };
}

/** By default a report of nothing for the default number, through the API, without a courier. */
export function anUpdate(said: Partial<Update> = {}): Update {
  const rawNumber = said.rawNumber ?? said.number ?? 'LX203960974CN';
  return {
    ...emptyUpdate,
    accountId: anId('acc'),
    number: normaliseNumber(rawNumber),
    rawNumber,
    source: 'api',
    receivedAt: testNow,
    ...said,
  };
}

/** By default pending at its first revision, without courier and checkpoints. What is said is not checked to agree. */
export function aTracking(said: Partial<Tracking> = {}): Tracking {
  const rawNumber = said.rawNumber ?? said.number ?? 'LX203960974CN';
  const createdAt = said.createdAt ?? testNow;
  const state = said.state ?? said.manual ?? said.reported ?? pendingState;
  return {
    id: anId('trk'),
    accountId: anId('acc'),
    number: normaliseNumber(rawNumber),
    rawNumber,
    courierCode: null,
    destinationCourierCode: null,
    generation: 1,
    revision: 1,
    writes: said.revision ?? 1,
    fields: noFields,
    state,
    reported: state,
    manual: null,
    expiredAt: null,
    finalAt: null,
    checkpoints: [],
    lastEventId: null,
    newsAt: createdAt,
    stopped: false,
    archived: false,
    deletedAt: null,
    pollAt: null,
    createdAt,
    updatedAt: createdAt,
    ...said,
  };
}

/** By default as a merchant's is who says nothing, but of version 4. */
export function aWebhook(said: Partial<Webhook> = {}): Webhook {
  return {
    ...newWebhook,
    id: anId('wh'),
    accountId: anId('acc'),
    url: 'https://shop.example/waybell',
    version: 'v4',
    secret: 'whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDE=',
    createdAt: testNow,
    updatedAt: testNow,
    ...said,
  };
}

/** By default the first status of the default tracking: pending to transit. */
export function anEvent(said: Partial<TrackingEvent> = {}): TrackingEvent {
  return {
    id: anId('evt'),
    accountId: anId('acc'),
    trackingId: anId('trk'),
    number: 'LX203960974CN',
    revision: 1,
    kind: 'status',
    from: pendingState,
    to: aState('transit001'),
    added: 1,
    late: 0,
    courierCode: null,
    destinationCourierCode: null,
    fields: noFields,
    previousId: null,
    deliveryIds: [],
    createdAt: testNow,
    ...said,
  };
}

/** By default ready, with no attempt spent: what `anEvent` owes to `aWebhook`. */
export function aDelivery(said: Partial<Delivery> = {}): Delivery {
  return {
    id: anId('dlv'),
    accountId: anId('acc'),
    webhookId: anId('wh'),
    eventId: anId('evt'),
    trackingId: anId('trk'),
    number: 'LX203960974CN',
    revision: 1,
    version: 'v4',
    callback: true,
    ordered: true,
    state: 'ready',
    attempts: 0,
    dueAt: null,
    createdAt: testNow,
    settledAt: null,
    ...said,
  };
}

const timings = { dnsMs: 1, connectMs: 2, firstByteMs: 8, totalMs: 9 };

/** A receiver's answer; by default 200 with an empty body. */
export function aResponse(said: Partial<Extract<Exchange, { kind: 'response' }>> = {}): Exchange {
  return {
    kind: 'response',
    status: 200,
    headers: {},
    body: '',
    truncated: false,
    address: '192.0.2.10',
    timings,
    ...said,
  };
}

/** An exchange without an answer; by default the receiver refused the connection. */
export function aFailure(said: Partial<Extract<Exchange, { kind: 'failure' }>> = {}): Exchange {
  return {
    kind: 'failure',
    phase: 'before',
    code: 'ECONNREFUSED',
    reason: 'The connection was refused.',
    ours: false,
    address: '192.0.2.10',
    timings,
    ...said,
  };
}

/** Applies an update straight to a tracking (null: to a new one), and fails the test where that is refused. */
export function applied(tracking: Tracking | null, update: Update): Applied {
  const { courierCode, scans } = update;
  const application = apply(
    tracking === null
      ? { kind: 'new', courierCode, generation: 1, scans, takes: 'everything' }
      : { kind: 'existing', tracking, generation: tracking.generation, scans, takes: 'everything' },
    update,
    () => anId('trk'),
  );
  assert.ok(application.ok, 'the update was refused');
  return application;
}

/** The tracking that is left after these updates, one after the other. */
export function trackingAfter(first: Update, ...rest: readonly Update[]): Tracking {
  return rest.reduce((tracking, update) => applied(tracking, update).tracking, applied(null, first).tracking);
}

export interface Taken {
  /** Every tracking of the number afterwards, in the order they were made. */
  readonly trackings: readonly Tracking[];
  /** What was applied, in the order of the targets. */
  readonly applied: readonly Applied[];
}

/** All that ingesting one update of one number does, without a store: resolve, then apply to every target. */
export function taken(known: readonly Tracking[], update: Update, candidate: string | null = null): Taken {
  const resolution = resolve(known, update, () => candidate);
  assert.ok(resolution.ok, 'the update was refused');
  let trackings = known;
  const done = resolution.targets.map((target) => {
    const application = apply(target, update, () => anId('trk', trackings.length + 1));
    assert.ok(application.ok, 'the update was refused');
    const { tracking } = application;
    trackings = trackings.some((other) => other.id === tracking.id)
      ? trackings.map((other) => (other.id === tracking.id ? tracking : other))
      : [...trackings, tracking];
    return application;
  });
  return { trackings, applied: done };
}

function precisionOf(wall: string): Precision {
  return wall.length === 10 ? 'day' : wall.length === 16 ? 'minute' : 'second';
}

/** The wall time read as UTC; a date alone sorts at its beginning. */
function instantOf(wall: string): number {
  return Date.parse(`${wall.length === 10 ? `${wall} 00:00` : wall}Z`.replace(' ', 'T'));
}

function stateOf(said: Partial<State>, otherwise: State): State {
  const { status, substatus } = said;
  if (status === undefined) return substatus === undefined ? otherwise : aState(substatus);
  return { status, substatus: substatus ?? PLAIN_SUBSTATUS[status] };
}
