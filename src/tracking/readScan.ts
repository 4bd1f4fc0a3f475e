/**
 * Reads a reported scan: cleans its texts, reads its time, finds the zone to sort it by, and gives it a status. What
 * cannot be read is refused by name, never guessed.
 */
import type { ReportedScan } from '../couriers/courier.ts';
import type { Scan, Side, Source } from '../domain/checkpoint.ts';
import { problem, type Refused, refuse } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import { isSubstatus, PLAIN_SUBSTATUS, readState, type State } from '../domain/status.ts';
import { instantOf } from '../normalise/instant.ts';
import { zoneOfPlace } from '../normalise/place.ts';
import { cleanText } from '../normalise/text.ts';
import { readTime } from '../normalise/time.ts';

/** A scan as any edge hands it in: its status is yet to be checked. */
export type UncheckedScan = Omit<ReportedScan, 'status' | 'substatus'> & {
  readonly status?: string;
  readonly substatus?: string;
};

export interface ScanContext {
  /** ISO 3166 alpha-2 of the courier of each side; null where unknown or worldwide. */
  readonly courierCountry: Readonly<Record<Side, string | null>>;
  readonly defaultSide: Side;
  readonly source: Source;
  readonly position: number;
}

export type ScanReading = { readonly ok: true; readonly scan: Scan } | Refused;

export function readScan(reported: UncheckedScan, context: ScanContext): ScanReading {
  const reading = readTime(reported.time);
  if (!reading.ok)
    return refuse(
      problem('checkpoint_time_invalid', reading.reason, `/checkpoints/${context.position}/time`),
    );
  const description = cleanText(reported.description, limits.descriptionCharsMax);
  const location = reported.location ? cleanText(reported.location, limits.locationCharsMax) || null : null;
  const state = stateOf(reported);
  if (state === null) {
    const given = String(reported.status ?? reported.substatus).slice(0, 40);
    return refuse(
      problem(
        'status_invalid',
        `"${given}" is not a status. Send one of the nine statuses or a sub-status such as "delivered001", or none.`,
        `/checkpoints/${context.position}/status`,
      ),
    );
  }
  const { time } = reading;
  const side = reported.side ?? context.defaultSide;
  const zone = time.offsetMinutes === null ? zoneOfPlace(location, context.courierCountry[side]) : null;
  return {
    ok: true,
    scan: {
      status: state.status,
      substatus: state.substatus,
      stated: state.stated,
      side,
      sourceId: reported.id ? cleanText(reported.id, limits.checkpointIdCharsMax) || null : null,
      version: reported.version ?? 0,
      wall: time.wall,
      precision: time.precision,
      offsetMinutes: time.offsetMinutes,
      at: instantOf(time, zone),
      description,
      location,
      code: reported.code ? cleanText(reported.code, limits.checkpointCodeCharsMax) || null : null,
      source: context.source,
      position: context.position,
    },
  };
}

/** A stated sub-status, a stated status, a code that is a sub-status of ours, else transit, assumed. Null: not a status. */
function stateOf({ status, substatus, code }: UncheckedScan): (State & { stated: boolean }) | null {
  const stated = substatus ?? status ?? (code && isSubstatus(code) ? code : undefined);
  if (stated !== undefined) {
    const state = readState(stated);
    return state && { ...state, stated: true };
  }
  return { status: 'transit', substatus: PLAIN_SUBSTATUS.transit, stated: false };
}
