/**
 * The workload that `npm run bench` puts on every contestant, so that the figures mean the same:
 *
 * - 20 000 trackings exist when the measuring begins; each update names one of them. A fifth of them is hot: it gets
 *   four fifths of the updates, as parcels on their way do.
 * - An update carries one new checkpoint of usual length, at the origin's side, in ISO 8601 with an offset, its status
 *   transit or pickup, and is the newest of its parcel. The webhook fires on every update, so every update is a delivery.
 * - A tracking starts with three checkpoints and grows by its updates.
 * - One account, one webhook of version v2 for all statuses with callback true: one event and one delivery an update.
 *   The receiver answers 200 at once.
 * - Single updates come over 64 connections, one request a time each; batches of 100 over 8. A parcel's updates always
 *   come over the same connection, so that they arrive in the order of their times.
 */
export const workload = {
  trackings: 20_000,
  hotShare: 0.2,
  hotUpdatesShare: 0.8,
  checkpointsAtStart: 3,
  singleConnections: 64,
  batchConnections: 8,
  batchSize: 100,
} as const;

export interface WorkloadUpdate {
  readonly tracking_number: string;
  readonly courier_code: string;
  readonly checkpoints: readonly {
    readonly time: string;
    readonly description: string;
    readonly location: string;
    readonly status: string;
  }[];
}

const places = [
  'Gothenburg, Sweden',
  'Hamburg, Germany',
  'Shenzhen, China',
  'Leipzig, Germany',
  'Lyon, France',
];
const texts = [
  'Arrived at the sorting centre of the region and prepared for the next transport',
  'The item has left the terminal towards the delivery depot of the recipient',
  'Handed over to the driver; delivery is planned for the course of the day',
];
/** 2026-01-05T00:00:00Z; times grow by a second an update, so each is the newest of its parcel. */
const start = 1_767_571_200_000;

/** Which trackings updates name. */
export interface Mix {
  /** So many exist; their numbers are those of `numberOf` from 0. */
  readonly trackings: number;
  /** That share of them gets that share of the updates of existing ones. */
  readonly hotShare: number;
  readonly hotUpdatesShare: number;
  /** Of all updates: those of a tracking that does not exist yet. */
  readonly newShare: number;
  /** Another one draws others. */
  readonly seed: number;
}

const usualMix: Mix = { ...workload, newShare: 0, seed: 0 };

/**
 * A deterministic stream of updates for one of several connections, each with its own share of the parcels.
 * @param nextSerial gives every update of the run its own number, which its checkpoint's text carries
 */
export function makeUpdates(
  {
    connection,
    connections,
    mix = usualMix,
  }: { readonly connection: number; readonly connections: number; readonly mix?: Mix | undefined },
  nextSerial: () => number,
): () => WorkloadUpdate {
  const random = lcg(mix.seed * 1_000_003 + connection + 7);
  const own = Math.floor(mix.trackings / connections);
  const hotCount = Math.ceil(own * mix.hotShare);
  return () => {
    const serial = nextSerial();
    if (mix.newShare > 0 && random() < mix.newShare) return updateOf(mix.trackings + serial, serial);
    const hot = random() < mix.hotUpdatesShare;
    const pick = hot ? Math.floor(random() * hotCount) : hotCount + Math.floor(random() * (own - hotCount));
    return updateOf(pick * connections + connection, serial);
  };
}

export function numberOf(tracking: number): string {
  return `WB${String(tracking).padStart(9, '0')}SE`;
}

/** What makes the trackings exist. */
export function firstUpdate(
  tracking: number,
  checkpointsEach: number = workload.checkpointsAtStart,
): WorkloadUpdate {
  const checkpoints = Array.from({ length: checkpointsEach }, (_, index) =>
    checkpoint(tracking + index, start - 86_400_000 * (checkpointsEach - index), 'transit', 'before'),
  );
  return { tracking_number: numberOf(tracking), courier_code: 'china-post', checkpoints };
}

function updateOf(tracking: number, serial: number): WorkloadUpdate {
  const at = start + serial * 1000;
  return {
    tracking_number: numberOf(tracking),
    courier_code: 'china-post',
    checkpoints: [checkpoint(serial, at, serial % 2 === 0 ? 'transit' : 'pickup')],
  };
}

function checkpoint(seed: number, at: number, status: string, label = String(seed)) {
  return {
    time: `${new Date(at).toISOString().slice(0, 19)}+00:00`,
    description: `${texts[seed % texts.length]} (${label})`,
    location: places[seed % places.length] as string,
    status,
  };
}

/** Numerical Recipes' linear congruential generator: the same stream on every machine. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
