/** What v4 calls each refusal: its codes with their HTTP status and message, and which of them each of ours is. */
import { AppError, type ErrorCode } from '../../../domain/error.ts';
import { wireNameOf } from '../fieldNames.ts';
import type { Answered, Refusal } from '../skin.ts';
import { v4Fields } from './fields.ts';

export const V4_CODES = {
  400: [400, 'Request type error. Please check the API documentation for the request type of this API.'],
  4101: [400, 'Tracking No. already exists.'],
  4102: [400, 'Tracking No. no exists. Please use 「Create a tracking」 API first to create shipment.'],
  4103: [
    400,
    'You have exceeded the shipment quantity of API call. The maximum quantity is 40 shipments per call.',
  ],
  4110: [400, 'The value of tracking_number is invalid.'],
  4111: [400, 'Tracking_number is required.'],
  4112: [400, 'Invalid Tracking ID.'],
  4113: [400, 'Retrack is not allowed. You can only retrack an expired tracking.'],
  4120: [400, 'The value of courier_code is invalid.'],
  4121: [400, 'Cannot detect courier.'],
  4122: [400, 'Missing or invalid value of the special required fields for this courier.'],
  4130: [400, 'The format of {about} is invalid.'],
  4160: [400, 'The awb_number is required or invaild format.'],
  // Of air waybills that are followed: none is.
  4161: [400, 'The awb airline does not support yet.'],
  4162: [400, 'A batch supports only 20 awb_numbers.'],
  4163: [400, 'Failed to delete air waybill number.'],
  4164: [400, 'Failed to create air waybill number.'],
  4165: [400, 'Query failed: Air waybill number not created.'],
  4166: [400, 'Failed to delete an uncreated air waybill number.'],
  4167: [400, 'The air waybill number already exists, no need to create it again.'],
  4168: [
    400,
    'You have exceeded the number of API calls created. The maximum quantity created each time is 20 air waybill numbers.',
  ],
  4190: [400, 'You are reaching the maximum quota limitation, please upgrade your current plan.'],
  401: [401, 'Authentication failed or has no permission. Please check and ensure your API Key is correct.'],
  403: [403, 'Access prohibited. The request has been refused or access is not allowed.'],
  404: [404, 'Page does not exist. Please check and ensure your link is correct.'],
  429: [
    429,
    'Exceeded API request limits, please try again later. Please check the API documentation for the limit of this API.',
  ],
  // TrackingMore's sentence names its own support.
  511: [500, 'Server error. The log of this server says more.'],
  512: [500, 'Server error. The store of this server cannot be reached just now.'],
  513: [500, 'Server error. This server is stopping.'],
} as const satisfies Record<number, readonly [status: number, message: string]>;

type V4Code = keyof typeof V4_CODES;

const V4_CODE_OF: Readonly<Record<ErrorCode, V4Code>> = {
  unauthenticated: 401,
  sign_in_failed: 401,
  forbidden: 403,
  account_suspended: 403,
  route_not_found: 404,
  method_not_allowed: 400,
  body_malformed: 400,
  body_invalid: 4130,
  body_too_large: 400,
  content_type_unsupported: 400,
  number_invalid: 4110,
  courier_unknown: 4120,
  courier_ambiguous: 4120,
  country_invalid: 4130,
  time_zone_invalid: 4130,
  status_invalid: 4130,
  checkpoint_invalid: 4130,
  checkpoint_time_invalid: 4130,
  checkpoints_too_many: 4190,
  lives_too_many: 4190,
  too_much_at_once: 4190,
  tracking_not_found: 4102,
  tracking_exists: 4101,
  tracking_not_expired: 4113,
  courier_fixed: 4120,
  refresh_unavailable: 400,
  tracking_deleted: 4102,
  webhook_not_found: 404,
  webhooks_too_many: 4190,
  webhook_disabled: 400,
  url_invalid: 4130,
  url_refused: 4130,
  header_invalid: 4130,
  operational_events_unsupported: 4130,
  delivery_not_found: 404,
  account_not_found: 404,
  key_not_found: 404,
  keys_too_many: 4190,
  key_last: 400,
  member_not_found: 404,
  member_exists: 400,
  members_too_many: 4190,
  member_last_owner: 400,
  link_expired: 400,
  password_invalid: 400,
  password_wrong: 400,
  view_not_found: 404,
  view_exists: 400,
  views_too_many: 4190,
  backup_not_found: 404,
  backup_underway: 400,
  backup_elsewhere: 400,
  backup_no_room: 512,
  inbox_not_found: 404,
  cursor_invalid: 4130,
  page_too_far: 4130,
  cursor_expired: 4130,
  idempotency_key_invalid: 400,
  idempotency_key_reused: 400,
  idempotency_in_progress: 400,
  rate_limited: 429,
  busy: 429,
  store_unavailable: 512,
  stopping: 513,
  internal: 511,
};

export function refusedV4(refusal: AppError | Refusal, data: unknown): Answered {
  const { code, message } = toldV4(refusal);
  return { status: V4_CODES[code][0], body: { meta: { code, message }, data } };
}

/** Also of one item among several. */
export function toldV4(refusal: AppError | Refusal): { readonly code: V4Code; readonly message: string } {
  const code = refusal instanceof AppError ? V4_CODE_OF[refusal.problem.code] : (refusal.code as V4Code);
  const about = refusal instanceof AppError ? aboutOf(refusal) : refusal.about;
  return { code, message: V4_CODES[code][1].replace('{about}', about ?? 'the request') };
}

/** The field that is at fault, as v4 calls it. */
function aboutOf({ problem: { code, where } }: AppError): string | null {
  if (code === 'page_too_far') return 'pages_amount';
  return where === null ? null : wireNameOf(v4Fields, where);
}
