/**
 * A tracking as one JSON text: what has no column of its own. Checkpoints are tuples, not objects: half the bytes and
 * half the time of parsing, on the hot path of every update. Both stores keep the same text.
 */
import type { Checkpoint, Precision, Side, Source } from '../domain/checkpoint.ts';
import type { State, Status, Substatus } from '../domain/status.ts';
import { noFields, type Tracking, type TrackingFields } from '../domain/tracking.ts';

/** The columns a driver keeps beside the document. */
export type TrackingColumns = Pick<
  Tracking,
  | 'id'
  | 'accountId'
  | 'number'
  | 'courierCode'
  | 'generation'
  | 'revision'
  | 'writes'
  | 'state'
  | 'archived'
  | 'deletedAt'
  | 'pollAt'
  | 'lastEventId'
  | 'createdAt'
  | 'updatedAt'
>;

/** Raise it with every change of form, and teach `decodeTracking` the older one. */
const form = 2;

export function encodeTracking(tracking: Tracking): string {
  const head = JSON.stringify([
    form,
    tracking.rawNumber,
    tracking.destinationCourierCode,
    encodeFields(tracking.fields),
    encodeState(tracking.reported),
    tracking.manual && encodeState(tracking.manual),
    tracking.expiredAt,
    tracking.finalAt,
    tracking.newsAt,
    tracking.stopped,
  ]);
  return `${head.slice(0, -1)},[${tracking.checkpoints.map(checkpointText).join()}]]`;
}

/** Checkpoints never change, and a parcel's are written with every update of it: their text is made once. */
const texts = new WeakMap<Checkpoint, string>();

function checkpointText(checkpoint: Checkpoint): string {
  let text = texts.get(checkpoint);
  if (text === undefined) {
    text = JSON.stringify(encodeCheckpoint(checkpoint));
    texts.set(checkpoint, text);
  }
  return text;
}

export function decodeTracking(columns: TrackingColumns, document: string): Tracking {
  const parts = JSON.parse(document);
  return {
    ...columns,
    rawNumber: parts[1],
    destinationCourierCode: parts[2],
    fields: decodeFields(parts[3]),
    reported: decodeState(parts[4]),
    manual: parts[5] && decodeState(parts[5]),
    expiredAt: parts[6],
    finalAt: parts[7],
    newsAt: parts[8],
    stopped: parts[9],
    checkpoints: parts[10].map(decodeCheckpoint),
  };
}

/** What the first form has, which the release before this one must find there; it keeps what else it finds. */
const firstFields: ReadonlySet<string> = new Set([
  'title',
  'orderId',
  'customerName',
  'customerEmail',
  'originCountry',
  'destinationCountry',
]);

/** Most of the fields are absent from most parcels: those are left out. */
export function encodeFields(fields: TrackingFields): Partial<TrackingFields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== null || firstFields.has(name)),
  );
}

export function decodeFields(fields: Partial<TrackingFields>): TrackingFields {
  return { ...noFields, ...fields };
}

export function encodeState(state: State): readonly [Status, Substatus] {
  return [state.status, state.substatus];
}

export function decodeState(parts: readonly [Status, Substatus]): State {
  return { status: parts[0], substatus: parts[1] };
}

function encodeCheckpoint(checkpoint: Checkpoint): readonly unknown[] {
  return [
    checkpoint.at,
    checkpoint.wall,
    checkpoint.precision,
    checkpoint.offsetMinutes,
    checkpoint.side,
    checkpoint.description,
    checkpoint.location,
    checkpoint.status,
    checkpoint.substatus,
    checkpoint.stated,
    checkpoint.code,
    checkpoint.sourceId,
    checkpoint.version,
    checkpoint.source,
    checkpoint.position,
    checkpoint.ahead,
    checkpoint.addedIn,
    checkpoint.replacedIn,
  ];
}

function decodeCheckpoint(parts: readonly unknown[]): Checkpoint {
  return {
    at: parts[0] as number,
    wall: parts[1] as string,
    precision: parts[2] as Precision,
    offsetMinutes: parts[3] as number | null,
    side: parts[4] as Side,
    description: parts[5] as string,
    location: parts[6] as string | null,
    status: parts[7] as Status,
    substatus: parts[8] as Substatus,
    stated: parts[9] as boolean,
    code: parts[10] as string | null,
    sourceId: parts[11] as string | null,
    version: parts[12] as number,
    source: parts[13] as Source,
    position: parts[14] as number,
    ahead: parts[15] as boolean,
    addedIn: parts[16] as number,
    replacedIn: parts[17] as number | null,
  };
}
