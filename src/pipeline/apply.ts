/**
 * Applies an update to a tracking: merge, state, change. One applied update gives at most one revision and at most one
 * event; an update that says nothing new gives neither, and the very same tracking is handed back.
 */
import type { Id } from '../base/id.ts';
import type { Checkpoint, Scan } from '../domain/checkpoint.ts';
import { problem, type Refused, refuse } from '../domain/error.ts';
import type { EventKind } from '../domain/event.ts';
import { limits } from '../domain/limits.ts';
import { pendingState, rankOf, type State } from '../domain/status.ts';
import {
  isHandedOver,
  noFields,
  type Tracking,
  type TrackingFields,
  trackingFieldNames,
} from '../domain/tracking.ts';
import { emptyUpdate, type TrackingSettings, type Update } from '../domain/update.ts';
import { merge } from './merge.ts';
import { courierAfter, type Target } from './resolve.ts';
import { decideAfter, newestOf } from './state.ts';

/** What differs between two revisions. */
export interface Change {
  readonly kind: EventKind;
  readonly from: State;
  readonly to: State;
  readonly added: number;
  /** Of those added, how many enter the history without being news: late, dated far ahead, or outvoted. */
  readonly late: number;
}

export type Application = ({ readonly ok: true } & Applied) | Refused;

export interface Applied {
  readonly tracking: Tracking;
  /** As often the store must still say that it was written, for this to be written; 0 for a new tracking. */
  readonly expectedWrites: number;
  readonly change: Change | null;
  /** Whether there is anything to write. */
  readonly dirty: boolean;
  /** Scans of the update that did not come to hold: another report of the same scan did before them. */
  readonly outvoted: readonly Scan[];
}

export function apply(target: Target, said: Update, newId: () => Id<'trk'>): Application {
  const update = takenOf(said, target);
  const before = target.kind === 'existing' ? target.tracking : null;
  const base = before ?? newTracking(target, update, newId());
  const revision = base.revision + 1;

  const { checkpoints, added, outvoted } = merge(base.checkpoints, target.scans, {
    revision,
    receivedAt: update.receivedAt,
  });
  if (checkpoints.length > limits.checkpointsPerTrackingMax) return refuse(tooMany);

  const fields = { ...base.fields, ...update.fields };
  const destinationCourierCode =
    update.destinationCourierCode === undefined ? base.destinationCourierCode : update.destinationCourierCode;
  const courierCode = courierAfter(base, update);
  const manual = update.manual === undefined ? base.manual : update.manual;

  const hasDestinationCourier = isHandedOver({ courierCode, destinationCourierCode });
  const decision = decideAfter(base.reported, checkpoints, hasDestinationCourier);
  const newest = newestOf(base.checkpoints);
  const late = added.filter((one) => isLate(one, newest, decision.checkpoint)).length;
  const reported = decision.state;
  const final = rankOf(manual ?? reported) > 0;
  const finalAt = final
    ? ((manual === null ? decision.checkpoint?.at : base.finalAt) ?? update.receivedAt)
    : null;
  const heardNews = added.length > late;
  const expiredAt =
    heardNews || final || update.revive
      ? null
      : update.expire
        ? (base.expiredAt ?? update.receivedAt)
        : base.expiredAt;
  const state = manual ?? (expiredAt === null ? reported : expiredState(reported));

  const detailsChanged =
    courierCode !== base.courierCode ||
    destinationCourierCode !== base.destinationCourierCode ||
    // Also where it shows nothing new today: it holds against whatever couriers report from now on.
    !sameState(manual, base.manual) ||
    !sameFields(fields, base.fields);
  const kind = kindOf(base.state, state, added.length, detailsChanged || before === null);
  const settings = settingsAfter(base, update);
  const settingsChanged = settingNames.some((name) => settings[name] !== base[name]);
  if (before !== null && kind === null && !settingsChanged) {
    return {
      ...{ ok: true, tracking: before, expectedWrites: before.writes },
      ...{ change: null, dirty: false, outvoted },
    };
  }

  const tracking: Tracking = {
    ...base,
    ...settings,
    courierCode,
    destinationCourierCode,
    generation: target.generation,
    fields,
    checkpoints,
    state,
    reported,
    manual,
    expiredAt,
    finalAt,
    revision: kind === null ? base.revision : revision,
    writes: base.writes + 1,
    newsAt: heardNews || update.revive ? update.receivedAt : base.newsAt,
    updatedAt: kind === null ? base.updatedAt : update.receivedAt,
  };
  return {
    ok: true,
    tracking,
    expectedWrites: before?.writes ?? 0,
    change: kind === null ? null : { kind, from: base.state, to: state, added: added.length, late },
    dirty: true,
    outvoted,
  };
}

/** What of an update is said of a target, besides its scans. */
function takenOf(said: Update, { takes }: Target): Update {
  if (takes === 'everything') return said;
  const { courierCode, destinationCourierCode } = said;
  return {
    ...said,
    ...emptyUpdate,
    ...(takes === 'couriers' ? { courierCode, destinationCourierCode } : {}),
  };
}

const tooMany = problem(
  'checkpoints_too_many',
  `A tracking holds at most ${limits.checkpointsPerTrackingMax} checkpoints, corrections included; nothing of this update was taken.`,
);

const settingNames = ['stopped', 'archived', 'deletedAt', 'pollAt'] as const;

/** The courier of a stopped or deleted tracking is not asked, whatever an asking that was under way says of the next. */
function settingsAfter(base: Tracking, update: Update): TrackingSettings {
  const { stopped, archived, deletedAt, pollAt }: TrackingSettings = { ...base, ...update.settings };
  return { stopped, archived, deletedAt, pollAt: stopped || deletedAt !== null ? null : pollAt };
}

/** Nothing was ever heard of the parcel: it stays pending and says for how long; else it is expired. */
function expiredState(reported: State): State {
  return reported.status === 'pending'
    ? { status: 'pending', substatus: 'pending005' }
    : { status: 'expired', substatus: 'expired001' };
}

function newTracking(target: Target, update: Update, id: Id<'trk'>): Tracking {
  return {
    id,
    accountId: update.accountId,
    number: update.number,
    rawNumber: update.rawNumber,
    courierCode: target.kind === 'new' ? target.courierCode : null,
    destinationCourierCode: null,
    generation: target.generation,
    revision: 0,
    writes: 0,
    fields: noFields,
    state: pendingState,
    reported: pendingState,
    manual: null,
    expiredAt: null,
    finalAt: null,
    checkpoints: [],
    lastEventId: null,
    newsAt: update.receivedAt,
    stopped: false,
    archived: false,
    deletedAt: null,
    pollAt: null,
    createdAt: update.receivedAt,
    updatedAt: update.receivedAt,
  };
}

/**
 * Older than what was known, on whichever side: two couriers may tell of one parcel, and what is older than the news of
 * either is history. But what decides is news, whatever its date.
 */
function isLate(checkpoint: Checkpoint, newest: Checkpoint | null, deciding: Checkpoint | null): boolean {
  if (checkpoint.ahead || checkpoint.replacedIn !== null) return true;
  return checkpoint !== deciding && newest !== null && checkpoint.at < newest.at;
}

function kindOf(from: State, to: State, added: number, detailsChanged: boolean): EventKind | null {
  if (from.status !== to.status) return 'status';
  if (from.substatus !== to.substatus) return 'substatus';
  if (added > 0) return 'checkpoint';
  return detailsChanged ? 'details' : null;
}

function sameState(a: State | null, b: State | null): boolean {
  return a?.status === b?.status && a?.substatus === b?.substatus;
}

function sameFields(a: TrackingFields, b: TrackingFields): boolean {
  return trackingFieldNames.every((name) => a[name] === b[name]);
}
