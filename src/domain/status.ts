/**
 * The one status vocabulary: TrackingMore v4's nine statuses and all their sub-statuses (their support article
 * "9 Main Statuses & Sub-Statuses"). Version 2 and 3 know eight statuses and fewer sub-statuses; `foldStatus` is
 * how a parcel's state looks to them. Status names on Waybell's own API are v4's.
 */
export const STATUSES = [
  'pending',
  'notfound',
  'inforeceived',
  'transit',
  'pickup',
  'undelivered',
  'delivered',
  'exception',
  'expired',
] as const;

export type Status = (typeof STATUSES)[number];

export const SUBSTATUSES = {
  pending001: 'No information yet; it will follow once the courier provides it.',
  pending002: 'No information, and the number does not look like one of this courier.',
  pending003: 'The courier says that the number is not its own.',
  pending004: 'The order is packed, not yet scanned by the courier.',
  pending005: 'No information for many days.',
  notfound001: 'The courier has been told of the parcel and waits for it.',
  notfound002: 'No tracking information found.',
  inforeceived001: 'The courier has been told of the parcel and waits for it.',
  transit001: 'On its way.',
  transit002: 'Arrived at a hub or sorting centre.',
  transit003: 'Arrived at the delivery depot.',
  transit004: 'Arrived in the destination country.',
  transit005: 'Cleared by customs.',
  transit006: 'Dispatched.',
  transit007: 'Left the airport.',
  pickup001: 'Out for delivery.',
  pickup002: 'Ready to be collected.',
  pickup003: 'The recipient was contacted before the final delivery.',
  undelivered001: 'The address is incomplete or wrong.',
  undelivered002: 'Nobody was at home.',
  undelivered003: 'The recipient could not be found or reached.',
  undelivered004: 'Not delivered for another reason.',
  delivered001: 'Delivered.',
  delivered002: 'Collected by the recipient.',
  delivered003: 'Received and signed for.',
  delivered004: 'Left at the door or with a neighbour.',
  exception004: 'Not collected in time.',
  exception005: 'Another irregularity.',
  exception006: 'Held by customs.',
  exception007: 'Lost or damaged.',
  exception008: 'Cancelled before the courier had it.',
  exception009: 'Refused by the recipient.',
  exception010: 'Returned to the sender.',
  exception011: 'On its way back to the sender.',
  expired001: 'No news for 30 days.',
} as const;

export type Substatus = keyof typeof SUBSTATUSES;

/** A parcel's state: its status and, within it, the sub-status. */
export interface State {
  readonly status: Status;
  readonly substatus: Substatus;
}

/** What a status means where nothing more precise is known. */
export const PLAIN_SUBSTATUS: Readonly<Record<Status, Substatus>> = {
  pending: 'pending001',
  notfound: 'notfound002',
  inforeceived: 'inforeceived001',
  transit: 'transit001',
  pickup: 'pickup001',
  undelivered: 'undelivered004',
  delivered: 'delivered001',
  exception: 'exception005',
  expired: 'expired001',
};

export const pendingState: State = { status: 'pending', substatus: 'pending001' };

const statusNames: ReadonlySet<string> = new Set(STATUSES);

export function isStatus(text: string): text is Status {
  return statusNames.has(text);
}

export function isSubstatus(text: string): text is Substatus {
  return Object.hasOwn(SUBSTATUSES, text);
}

/** `transit003` belongs to `transit`: a sub-status is its status and three digits. */
export function statusOf(substatus: Substatus): Status {
  return substatus.slice(0, -3) as Status;
}

/** A status, which then means its plain sub-status, or a sub-status; null for any other text. */
export function readState(text: string): State | null {
  if (isSubstatus(text)) return { status: statusOf(text), substatus: text };
  return isStatus(text) ? { status: text, substatus: PLAIN_SUBSTATUS[text] } : null;
}

/**
 * How final a state is. Returned to sender outranks delivered, which outranks everything else; a parcel never moves
 * to a lower rank by a courier's report (TrackingMore's rule for exception010 and 011, widened to delivered).
 */
export function rankOf(state: State): 0 | 1 | 2 {
  if (state.substatus === 'exception010' || state.substatus === 'exception011') return 2;
  return state.status === 'delivered' ? 1 : 0;
}

export const WEBHOOK_VERSIONS = ['v2', 'v3', 'v4', 'standard'] as const;
export type WebhookVersion = (typeof WEBHOOK_VERSIONS)[number];

/**
 * The state as a version's vocabulary says it. v2 and v3 have no `inforeceived` (it is `notfound001`), no pending
 * and expired sub-statuses (null), and v2's list ends at transit005.
 */
export function foldState(
  version: WebhookVersion,
  state: State,
): { status: Status; substatus: Substatus | null } {
  if (version === 'v4' || version === 'standard') return state;
  switch (state.status) {
    case 'inforeceived':
      return { status: 'notfound', substatus: 'notfound001' };
    case 'pending':
    case 'expired':
      return { status: state.status, substatus: null };
    case 'transit':
      if (version === 'v2' && state.substatus > 'transit005')
        return { status: 'transit', substatus: 'transit001' };
      return state;
    case 'pickup':
    case 'undelivered':
      return version === 'v2' ? { status: state.status, substatus: null } : state;
    default:
      return state;
  }
}

/** The status alone, folded: what triggers compare. */
export function foldStatus(version: WebhookVersion, status: Status): Status {
  return status === 'inforeceived' && (version === 'v2' || version === 'v3') ? 'notfound' : status;
}
