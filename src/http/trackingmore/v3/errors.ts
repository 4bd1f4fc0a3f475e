/**
 * What v3 calls each refusal: its codes with their HTTP status and message, and which of them each of ours is. What concerns
 * the parcels is answered with HTTP 200, as version 2 does, and clients look at `code` alone; what concerns the way there has the
 * status that proxies and libraries go by.
 */
import { AppError, type ErrorCode } from '../../../domain/error.ts';
import { wireNameOf } from '../fieldNames.ts';
import type { Answered, Refusal } from '../skin.ts';
import { v3Fields } from './fields.ts';

export const V3_CODES = {
  203: [
    200,
    'API service is only available for paid account. Please subscribe paid plan to unlock API services.',
  ],
  204: [
    200,
    'Request was successful, but no data returned. Tracking NO. or target data possibly do not exist.',
  ],
  400: [400, 'Request type error. Please check the API documentation for the request type of this API.'],
  401: [401, 'Authentication failed or has no permission. Please check and ensure your API Key is correct.'],
  403: [403, 'Page does not exist. Please check and ensure your link is correct.'],
  404: [404, 'Page does not exist. Please check and ensure your link is correct.'],
  408: [200, 'Request timeout. The official website did not return data, please try again later.'],
  411: [
    200,
    'Specified request parameter length exceeds length limit{about}. Please check and ensure that the request parameters are of the required length.',
  ],
  412: [
    200,
    "Specified request parameter format doesn't meet requirements{about}. Please check and ensure that the request parameters are in the required format.",
  ],
  413: [
    200,
    'The number of request parameters exceeds the limit. Please check the API documentation for the limit of this API.',
  ],
  417: [
    200,
    'Missing request parameters or request parameters cannot be parsed. Please check and ensure that the request parameters are complete and correctly formatted.',
  ],
  421: [
    200,
    'Some of required parameters are empty. Some couriers need special parameters to track logistics information.',
  ],
  422: [200, 'Unidentifiable courier code. Please check and ensure that the courier code are correct.'],
  423: [200, 'Tracking No. already exists.'],
  424: [200, 'Tracking No. no exists. Please use 「Create trckings」 API first to create trackings.'],
  429: [
    429,
    'Exceeded API request limits, please try again later. Please check the API documentation for the limit of this API.',
  ],
  // TrackingMore's sentence names its own support.
  511: [500, 'Server error. The log of this server says more.'],
  512: [500, 'Server error. The store of this server cannot be reached just now.'],
  513: [500, 'Server error. This server is stopping.'],
} as const satisfies Record<number, readonly [status: number, message: string]>;

type V3Code = keyof typeof V3_CODES;

const V3_CODE_OF: Readonly<Record<ErrorCode, V3Code>> = {
  unauthenticated: 401,
  sign_in_failed: 401,
  // v3's 401 says "or has no permission"; its 403 speaks of a page that does not exist.
  forbidden: 401,
  account_suspended: 401,
  route_not_found: 404,
  method_not_allowed: 400,
  body_malformed: 417,
  body_invalid: 412,
  body_too_large: 411,
  content_type_unsupported: 417,
  number_invalid: 412,
  courier_unknown: 422,
  courier_ambiguous: 422,
  country_invalid: 412,
  time_zone_invalid: 412,
  status_invalid: 412,
  checkpoint_invalid: 412,
  checkpoint_time_invalid: 412,
  checkpoints_too_many: 413,
  lives_too_many: 413,
  too_much_at_once: 413,
  tracking_not_found: 424,
  tracking_exists: 423,
  tracking_not_expired: 412,
  courier_fixed: 422,
  refresh_unavailable: 408,
  tracking_deleted: 424,
  webhook_not_found: 404,
  webhooks_too_many: 413,
  webhook_disabled: 412,
  url_invalid: 412,
  url_refused: 412,
  header_invalid: 412,
  operational_events_unsupported: 412,
  delivery_not_found: 404,
  account_not_found: 404,
  key_not_found: 404,
  keys_too_many: 413,
  key_last: 412,
  member_not_found: 404,
  member_exists: 412,
  members_too_many: 413,
  member_last_owner: 412,
  link_expired: 412,
  password_invalid: 412,
  password_wrong: 412,
  view_not_found: 404,
  view_exists: 412,
  views_too_many: 413,
  backup_not_found: 404,
  backup_underway: 412,
  backup_elsewhere: 412,
  backup_no_room: 512,
  inbox_not_found: 404,
  cursor_invalid: 412,
  page_too_far: 413,
  cursor_expired: 412,
  idempotency_key_invalid: 412,
  idempotency_key_reused: 412,
  idempotency_in_progress: 412,
  rate_limited: 429,
  busy: 429,
  store_unavailable: 512,
  stopping: 513,
  internal: 511,
};

export function refusedV3(refusal: AppError | Refusal, data: unknown): Answered {
  const { code, message } = toldV3(refusal);
  return { status: V3_CODES[code][0], body: { code, message, data } };
}

/** The code of a refusal, and its sentence with the parameter that is at fault, as v3 calls it. */
export function toldV3(refusal: AppError | Refusal): { readonly code: V3Code; readonly message: string } {
  const { code, about } = codeOf(refusal);
  return { code, message: V3_CODES[code][1].replace('{about}', about === null ? '' : ` (${about})`) };
}

function codeOf(refusal: AppError | Refusal): { readonly code: V3Code; readonly about: string | null } {
  if (!(refusal instanceof AppError)) return { code: refusal.code as V3Code, about: refusal.about };
  const { code, where } = refusal.problem;
  return { code: V3_CODE_OF[code], about: where === null ? null : wireNameOf(v3Fields, where) };
}
