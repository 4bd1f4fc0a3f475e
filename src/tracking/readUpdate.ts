/**
 * Reads a report into an update: what any edge (API, push, poll, file) hands in as plain values becomes domain values, or
 * a problem that names what was wrong. Nothing of a report with a problem is taken.
 */
import { courierOf } from '../couriers/catalogue.ts';
import type { Scan, Source } from '../domain/checkpoint.ts';
import { countryName } from '../domain/countries.ts';
import { type Problem, problem, type Refused, refuse } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import { normaliseNumber, type TrackingFields, trackingFieldNames } from '../domain/tracking.ts';
import { emptyUpdate, type Update } from '../domain/update.ts';
import { cleanText } from '../normalise/text.ts';
import { readScan, type UncheckedScan } from './readScan.ts';

/** How the outside spells them. */
export const fieldNames = {
  title: 'title',
  orderId: 'order_id',
  customerName: 'customer_name',
  customerEmail: 'customer_email',
  originCountry: 'origin_country',
  destinationCountry: 'destination_country',
  orderNumber: 'order_number',
  orderDate: 'order_date',
  customerPhone: 'customer_phone',
  recipientPostcode: 'recipient_postcode',
  logisticsChannel: 'logistics_channel',
  note: 'note',
  label: 'label',
  language: 'language',
  shipDate: 'ship_date',
  lookupAccount: 'lookup_account',
  lookupPostcode: 'lookup_postcode',
  lookupKey: 'lookup_key',
  lookupOriginCountry: 'lookup_origin_country',
  lookupDestinationCountry: 'lookup_destination_country',
} as const satisfies Record<keyof TrackingFields, string>;

export type FieldName = (typeof fieldNames)[keyof TrackingFields];

/** As the outside reads them. */
export function fieldsJson(fields: TrackingFields): Record<FieldName, string | null> {
  const json: Partial<Record<FieldName, string | null>> = {};
  for (const field of trackingFieldNames) json[fieldNames[field]] = fields[field];
  return json as Record<FieldName, string | null>;
}

/** Fields as the outside spells them; members that are undefined were not said. */
export type ReportedFields = {
  readonly [Name in FieldName | 'destination_courier_code']?: string | null;
};

export interface Report {
  readonly number: string;
  readonly courierCode: string | null;
  readonly scans: readonly UncheckedScan[];
  readonly fields: ReportedFields;
  readonly create: boolean;
}

export interface ReportContext {
  readonly accountId: Update['accountId'];
  readonly receivedAt: number;
  readonly source: Source;
}

export type Reading = { readonly ok: true; readonly update: Update } | Refused;

export function readUpdate(report: Report, context: ReportContext): Reading {
  const number = readNumber(report.number);
  if (number === null)
    return refuse(problem('number_invalid', numberProblem(report.number), '/tracking_number'));
  const courier = report.courierCode === null ? null : courierOf(report.courierCode);
  if (report.courierCode !== null && courier === null)
    return refuse(unknownCourier(report.courierCode, '/courier_code'));
  const destination = report.fields.destination_courier_code;
  const destinationCourier = typeof destination === 'string' ? courierOf(destination) : null;
  if (typeof destination === 'string' && destinationCourier === null) {
    return refuse(unknownCourier(destination, '/destination_courier_code'));
  }
  const country = courier?.country ?? null;
  // A report that does not say who delivers may be of one courier that does it all.
  const courierCountry = {
    origin: country,
    destination: destinationCourier === null ? country : destinationCourier.country,
  };
  if (report.scans.length > limits.checkpointsPerUpdateMax) {
    return refuse(tooManyCheckpoints(report.scans.length));
  }
  const scans: Scan[] = [];
  for (const [position, reported] of report.scans.entries()) {
    const reading = readScan(reported, {
      courierCountry,
      defaultSide: 'origin',
      source: context.source,
      position,
    });
    if (!reading.ok) return reading;
    scans.push(reading.scan);
  }
  const fields = readFields(report.fields);
  if (!fields.ok) return fields;
  return {
    ok: true,
    update: {
      ...emptyUpdate,
      accountId: context.accountId,
      number,
      rawNumber: cleanText(report.number, limits.trackingNumberCharsMax),
      courierCode: report.courierCode,
      scans,
      fields: fields.fields,
      destinationCourierCode: destination,
      create: report.create,
      source: context.source,
      receivedAt: context.receivedAt,
    },
  };
}

/** The number as compared, or null where it cannot be one. */
export function readNumber(raw: string): string | null {
  if (raw.length > limits.trackingNumberCharsMax || !/^[\p{L}\p{N} ._/:#+-]+$/u.test(raw.trim())) return null;
  const number = normaliseNumber(raw);
  return number.length < limits.trackingNumberCharsMin ? null : number;
}

type FieldsReading = { readonly ok: true; readonly fields: Partial<TrackingFields> } | Refused;

export function readFields(reported: ReportedFields): FieldsReading {
  let fields: Partial<TrackingFields> = {};
  for (const field of trackingFieldNames) {
    const name = fieldNames[field];
    const value = reported[name];
    if (value === undefined) continue;
    const isCountry = name === 'origin_country' || name === 'destination_country';
    if (isCountry && value !== null && countryName(value) === null) {
      return refuse(
        problem(
          'country_invalid',
          `"${value.slice(0, 40)}" is not a country. Send two letters of ISO 3166, such as "SE".`,
          `/${name}`,
        ),
      );
    }
    if (value !== null && value.length > limits.fieldCharsMax) {
      return refuse(
        problem('body_invalid', `/${name} has more than ${limits.fieldCharsMax} characters.`, `/${name}`),
      );
    }
    const text = value === null ? null : cleanText(value, limits.fieldCharsMax);
    // A code may be given in either case; bodies tell it in one.
    fields = { ...fields, [field]: isCountry ? (text?.toUpperCase() ?? null) : text };
  }
  return { ok: true, fields };
}

function numberProblem(raw: string): string {
  const shown = cleanText(raw, 60);
  const { trackingNumberCharsMin: min, trackingNumberCharsMax: max } = limits;
  if (raw.length > max)
    return `"${shown}…" has ${raw.length} characters; a tracking number has at most ${max}.`;
  return `"${shown}" is not a tracking number: it has ${min} to ${max} letters and digits, with spaces, dots, slashes or hyphens between.`;
}

export function tooManyCheckpoints(count: number): Problem {
  return problem(
    'checkpoints_too_many',
    `One update holds at most ${limits.checkpointsPerUpdateMax} checkpoints; this one has ${count}. Send them in several.`,
    '/checkpoints',
  );
}

/** A refusal that quotes the code. */
export function unknownCourier(code: string, where: string): Problem {
  return problem(
    'courier_unknown',
    `No courier has the code "${cleanText(code, limits.courierCodeCharsMax)}". GET /api/v1/couriers lists them.`,
    where,
  );
}
