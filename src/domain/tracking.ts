/**
 * A tracking: one number at one courier, with everything known of the parcel. Its identity is (account, normalised
 * number, courier or unknown, generation); generations count the lives of a number that couriers recycle.
 *
 * Invariants: `revision` grows by one with every applied update; `checkpoints` are sorted newest first by
 * `compareNewestFirst`; `state` is what `pipeline/state.ts` says of them, unless `manual` is set, which outranks all.
 */
import type { Id } from '../base/id.ts';
import type { Checkpoint } from './checkpoint.ts';
import { rankOf, type State } from './status.ts';

/** What the merchant says of a parcel. Null is known to be absent; an empty text stays an empty text. */
export interface TrackingFields {
  readonly title: string | null;
  readonly orderId: string | null;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
  /** ISO 3166 alpha-2. */
  readonly originCountry: string | null;
  readonly destinationCountry: string | null;
  readonly orderNumber: string | null;
  /** As the merchant writes it: a day or a time, in whatever form. So is `shipDate`. */
  readonly orderDate: string | null;
  readonly customerPhone: string | null;
  readonly recipientPostcode: string | null;
  /** The service or route that the merchant booked. */
  readonly logisticsChannel: string | null;
  readonly note: string | null;
  readonly label: string | null;
  /** In which the courier is asked to tell, such as `en`. */
  readonly language: string | null;
  readonly shipDate: string | null;
  /** What some couriers want to be told beside the number: account, postcode, key, and countries as they write them. */
  readonly lookupAccount: string | null;
  readonly lookupPostcode: string | null;
  readonly lookupKey: string | null;
  readonly lookupOriginCountry: string | null;
  readonly lookupDestinationCountry: string | null;
}

export const noFields: TrackingFields = {
  title: null,
  orderId: null,
  customerName: null,
  customerEmail: null,
  originCountry: null,
  destinationCountry: null,
  orderNumber: null,
  orderDate: null,
  customerPhone: null,
  recipientPostcode: null,
  logisticsChannel: null,
  note: null,
  label: null,
  language: null,
  shipDate: null,
  lookupAccount: null,
  lookupPostcode: null,
  lookupKey: null,
  lookupOriginCountry: null,
  lookupDestinationCountry: null,
};

/** Every field by name. */
export const trackingFieldNames = Object.keys(noFields) as readonly (keyof TrackingFields)[];

export interface Tracking {
  readonly id: Id<'trk'>;
  readonly accountId: Id<'acc'>;
  /** As compared: see `normaliseNumber`. */
  readonly number: string;
  /** As first given. */
  readonly rawNumber: string;
  /** The origin courier; null while unknown. */
  readonly courierCode: string | null;
  readonly destinationCourierCode: string | null;
  readonly generation: number;
  readonly revision: number;
  /** How often it was written, settings included: whoever writes says over which of these. */
  readonly writes: number;
  readonly fields: TrackingFields;
  readonly state: State;
  /** What the couriers' scans alone say; `state` unless a hand or expiry overrides it. Its rank never falls. */
  readonly reported: State;
  readonly manual: State | null;
  /** When the parcel expired for want of news, epoch milliseconds; null when it has not, or has had news since. */
  readonly expiredAt: number | null;
  /** The instant of the checkpoint that made the state final (delivered, returned); null while it is not. */
  readonly finalAt: number | null;
  /** Newest first, replaced ones included. */
  readonly checkpoints: readonly Checkpoint[];
  /** The newest event; each event names the one before it. Null while there is none. */
  readonly lastEventId: Id<'evt'> | null;
  /** When something was last learnt, epoch milliseconds: what expiry counts from. */
  readonly newsAt: number;
  /** No more updates are asked of the courier; reports are still taken. */
  readonly stopped: boolean;
  readonly archived: boolean;
  /** Set on a tombstone. */
  readonly deletedAt: number | null;
  /** When the courier is to be asked next, epoch milliseconds; null: not at all. */
  readonly pollAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whether nothing more is expected of it: delivered, returned, expired or deleted. */
export function isOver({ state, deletedAt }: Pick<Tracking, 'state' | 'deletedAt'>): boolean {
  return rankOf(state) > 0 || state.status === 'expired' || deletedAt !== null;
}

/** Whether it expires once it has been without news for long: it is not over, no hand has set its status, and its courier is asked. */
export function mayExpire(tracking: Tracking): boolean {
  const { state, expiredAt, manual, deletedAt, stopped } = tracking;
  return rankOf(state) === 0 && expiredAt === null && manual === null && deletedAt === null && !stopped;
}

/** Whether the origin courier hands the parcel over to another: one that is given at both ends delivers it itself. */
export function isHandedOver({
  courierCode,
  destinationCourierCode,
}: Pick<Tracking, 'courierCode' | 'destinationCourierCode'>): boolean {
  return destinationCourierCode !== null && destinationCourierCode !== courierCode;
}

/**
 * Numbers are compared in upper case without white space and the separators that people and labels put between
 * groups of digits (`00 81827-0998` is `00818270998`); everything else is part of the number.
 */
export function normaliseNumber(raw: string): string {
  return raw
    .normalize('NFKC')
    .replace(/[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff./-]+/g, '')
    .toUpperCase();
}
