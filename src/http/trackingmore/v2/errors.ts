/**
 * What v2 calls each refusal: its codes with their type and message, and which of them each of ours is. Programs read
 * `meta.code`; the HTTP status is 200 whatever it says, but for a server in trouble, which a balancer is to see.
 */
import { AppError, type ErrorCode } from '../../../domain/error.ts';
import { wireNameOf } from '../fieldNames.ts';
import type { Answered, Refusal } from '../skin.ts';
import { v2Fields } from './fields.ts';

export const V2_CODES = {
  202: ['Bad Request', 'The request was successful but exceeding the limit.'],
  401: [
    'Unauthorized',
    'Authentication failed or user does not have permissions for the requested operation.',
  ],
  403: ['Forbidden', 'Access denied.'],
  404: ['Not Found', 'Resource was not found.'],
  405: ['Method Not Allowed', 'Requested method is not supported for the specified resource.'],
  429: ['Too Many Requests', 'Exceeded API limits. Pause requests, wait two minute, and try again.'],
  500: ['Server error', 'Server error. The log of this server says more.'],
  503: ['Service Unavailable', 'The service is temporary unavailable (e.g. scheduled platform maintenance)'],
  4001: ['Unauthorized', 'Invalid API key.'],
  4012: ['Bad Request', 'The request could not be understood or was missing required parameters.'],
  4013: ['Bad Request', 'Tracking_number is required.'],
  4014: ['Bad Request', 'The value of `tracking_number` is invalid.'],
  4015: ['Bad Request', 'The value of `carrier_code` is invalid.'],
  4016: ['Bad Request', 'Tracking already exists.'],
  4017: ['Bad Request', 'Tracking does not exist.'],
  4020: ['Bad Request', 'Up to 200 at a time'],
  4031: [
    'No Content',
    'The request was successful but the response is empty. Please try POST /trackings/post and then GET /trackings/get',
  ],
  4032: ['No Content', 'Cannot detect courier. Assign your shipment a courier instead of by auto detection.'],
  4033: ['No Content', 'The value of `package status` is invalid.'],
} as const satisfies Record<number, readonly [type: string, message: string]>;

type V2Code = keyof typeof V2_CODES;

const V2_CODE_OF: Readonly<Record<ErrorCode, V2Code>> = {
  unauthenticated: 4001,
  sign_in_failed: 4001,
  forbidden: 401,
  account_suspended: 403,
  route_not_found: 404,
  method_not_allowed: 405,
  // TrackingMore finds no courier in such a body, and says so.
  body_malformed: 4015,
  body_invalid: 4012,
  body_too_large: 4012,
  content_type_unsupported: 4012,
  number_invalid: 4014,
  courier_unknown: 4015,
  courier_ambiguous: 4015,
  country_invalid: 4012,
  time_zone_invalid: 4012,
  status_invalid: 4033,
  checkpoint_invalid: 4012,
  checkpoint_time_invalid: 4012,
  checkpoints_too_many: 202,
  lives_too_many: 202,
  too_much_at_once: 202,
  tracking_not_found: 4017,
  tracking_exists: 4016,
  tracking_not_expired: 4012,
  courier_fixed: 4015,
  refresh_unavailable: 4012,
  tracking_deleted: 4017,
  webhook_not_found: 404,
  webhooks_too_many: 202,
  webhook_disabled: 4012,
  url_invalid: 4012,
  url_refused: 4012,
  header_invalid: 4012,
  operational_events_unsupported: 4012,
  delivery_not_found: 404,
  account_not_found: 404,
  key_not_found: 404,
  keys_too_many: 202,
  key_last: 4012,
  member_not_found: 404,
  member_exists: 4012,
  members_too_many: 202,
  member_last_owner: 4012,
  link_expired: 4012,
  password_invalid: 4012,
  password_wrong: 4012,
  view_not_found: 404,
  view_exists: 4012,
  views_too_many: 202,
  backup_not_found: 404,
  backup_underway: 4012,
  backup_elsewhere: 4012,
  backup_no_room: 503,
  inbox_not_found: 404,
  cursor_invalid: 4012,
  page_too_far: 4012,
  cursor_expired: 4012,
  idempotency_key_invalid: 4012,
  idempotency_key_reused: 4012,
  idempotency_in_progress: 4012,
  rate_limited: 429,
  busy: 429,
  store_unavailable: 503,
  stopping: 503,
  internal: 500,
};

export function refusedV2(refusal: AppError | Refusal, data: unknown): Answered {
  const { code, message } = toldV2(refusal);
  const status = code === 500 || code === 503 ? code : 200;
  // TrackingMore's PHP leaves an empty list where there is nothing.
  return { status, body: { meta: { code, type: V2_CODES[code][0], message }, data: data ?? [] } };
}

/** Also of one item among several. */
export function toldV2(refusal: AppError | Refusal): { readonly code: V2Code; readonly message: string } {
  const code = refusal instanceof AppError ? V2_CODE_OF[refusal.problem.code] : (refusal.code as V2Code);
  const about = refusal instanceof AppError ? aboutOf(refusal) : refusal.about;
  const message = V2_CODES[code][1];
  return { code, message: about === null ? message : `${message.replace(/\.$/, '')}: ${about}.` };
}

/** What v2's sentence leaves open: the field that is at fault, as v2 calls it. */
function aboutOf({ problem: { code, where } }: AppError): string | null {
  switch (code) {
    case 'body_malformed':
      return 'the body is not JSON';
    case 'body_too_large':
      return 'the body is too large';
    case 'page_too_far':
      return 'page';
    case 'country_invalid':
    case 'body_invalid':
      return where === null ? null : wireNameOf(v2Fields, where);
    default:
      return null;
  }
}
