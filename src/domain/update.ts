/**
 * An update: what somebody reported of one number, read and checked. It is the only way anything about a tracking
 * changes, be it a courier's scan, a merchant's edit or the passing of thirty days.
 */
import type { Id } from '../base/id.ts';
import type { Scan, Source } from './checkpoint.ts';
import type { State } from './status.ts';
import type { Tracking, TrackingFields } from './tracking.ts';

/** What an update may set besides scans and fields; these make no event and no revision. */
export type TrackingSettings = Pick<Tracking, 'stopped' | 'archived' | 'deletedAt' | 'pollAt'>;

export interface Update {
  readonly accountId: Id<'acc'>;
  /** Normalised, and as given. */
  readonly number: string;
  readonly rawNumber: string;
  /** Exactly this tracking; null: whichever the number and courier mean. */
  readonly trackingId: Id<'trk'> | null;
  /** Null where the reporter did not say. */
  readonly courierCode: string | null;
  /** Of the tracking that is named by its id: the courier that it has from now on, whichever it had. Null: as it is. */
  readonly newCourierCode: string | null;
  readonly scans: readonly Scan[];
  /** Only what was given; a given null clears. */
  readonly fields: Partial<TrackingFields>;
  /** Undefined: not said; null: there is none. */
  readonly destinationCourierCode: string | null | undefined;
  /** A state set by hand; null takes it back, undefined leaves it. */
  readonly manual: State | null | undefined;
  /** The parcel has had no news for so long that it counts as expired. */
  readonly expire: boolean;
  /** It is not to count as expired any more: its thirty days begin anew. */
  readonly revive: boolean;
  readonly settings: Partial<TrackingSettings>;
  /** Whether a tracking that does not exist is made. */
  readonly create: boolean;
  /** One that exists is not taken for it: the update is refused. */
  readonly onlyNew: boolean;
  readonly source: Source;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** An update that says nothing yet: callers spread it and add what they know. */
export const emptyUpdate = {
  trackingId: null,
  courierCode: null,
  newCourierCode: null,
  scans: [],
  fields: {},
  destinationCourierCode: undefined,
  manual: undefined,
  expire: false,
  revive: false,
  settings: {},
  create: true,
  onlyNew: false,
} as const satisfies Partial<Update>;

/** An update that says nothing yet of exactly this tracking. */
export function updateOf(tracking: Tracking, said: Pick<Update, 'source' | 'receivedAt'>): Update {
  const { id: trackingId, accountId, number, rawNumber } = tracking;
  return { ...emptyUpdate, accountId, number, rawNumber, trackingId, create: false, ...said };
}
