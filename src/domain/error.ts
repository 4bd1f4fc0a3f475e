/**
 * The one catalogue of refused requests: a code for programs, a sentence for people that ends in the remedy. The
 * HTTP status of each stands in `http/problem.ts`, TrackingMore's numbers in their own folders; nothing here knows
 * either. A failure that is not the caller's (a bug, a broken disk) is never one of these.
 */
export const ERRORS = {
  unauthenticated:
    'No valid API key came with the request, and nobody is signed in. Send a key as `Authorization: Bearer KEY` or `Waybell-Api-Key: KEY`, or sign in.',
  sign_in_failed:
    'This email and password do not sign in here. Check both, or ask an owner of the account for a new link.',
  forbidden: 'The role of this key or member does not allow that. Use one whose role does.',
  account_suspended: 'This account is suspended. Ask the operator of this server.',
  route_not_found: 'There is nothing at this address. The API is described at /api.',
  method_not_allowed: 'This address does not take this method. The API is described at /api.',
  body_malformed: 'The body is not valid JSON.',
  body_invalid: 'The request does not have the form that is asked for.',
  body_too_large: 'The body is too large.',
  content_type_unsupported: 'Send the body as `Content-Type: application/json`.',
  number_invalid: 'A tracking number has 3 to 50 letters, digits, dots, slashes, hyphens or spaces.',
  courier_unknown: 'No courier has this code. GET /api/v1/couriers lists them.',
  courier_ambiguous: 'Several parcels have this number. Say which by `courier_code`.',
  country_invalid: 'Countries are given as two letters of ISO 3166, such as `SE`.',
  time_zone_invalid: 'Time zones are given by their IANA name, such as `Europe/Stockholm`.',
  status_invalid: 'This is not a status.',
  checkpoint_invalid: 'A checkpoint does not have the form that is asked for.',
  checkpoint_time_invalid: 'The time of a checkpoint cannot be read.',
  checkpoints_too_many: 'There are too many checkpoints.',
  lives_too_many:
    'This number would have more parcels than a number may have, deleted ones included. Check the dates of the checkpoints, since each more than 90 days after a delivery opens another parcel, or leave out those of old parcels; a number that is full takes no further parcel.',
  too_much_at_once:
    'The updates of this request make more webhooks than can be rendered at once. Send them in several requests.',
  tracking_not_found: 'There is no such tracking in this account.',
  tracking_exists: 'There is a tracking of this number with this courier in this account already.',
  tracking_not_expired: 'Only a tracking that has expired can be taken up again, and this one has not.',
  courier_fixed:
    'The courier of a tracking cannot change once it is known. Create a tracking with the other courier, and delete this one.',
  refresh_unavailable:
    'The courier of this tracking cannot be asked for news. Report checkpoints with POST /api/v1/updates.',
  tracking_deleted:
    'This tracking was deleted, so reports do not bring it back. Create it again if it is wanted.',
  webhook_not_found: 'There is no such webhook in this account.',
  webhooks_too_many:
    'This account has as many webhooks as it may have. Delete one, or ask the operator to raise `--webhooks-per-account`.',
  webhook_disabled: 'This webhook is disabled. Enable it first.',
  url_invalid: 'A webhook URL starts with http:// or https:// and has no fragment.',
  url_refused: 'This address may not be called.',
  header_invalid: 'These headers cannot be sent.',
  operational_events_unsupported:
    'Operational events are sent in the version `standard` alone. Set `version` to `standard`, or `operational_events` to [].',
  delivery_not_found: 'There is no such delivery in this account, or it is older than the retention.',
  account_not_found: 'There is no such account.',
  key_not_found: 'There is no such key in this account.',
  keys_too_many: 'This account has as many keys as it may have. Revoke one first.',
  key_last:
    'This is the last owner key of the account, so nobody could make another. Make one first, then revoke this.',
  member_not_found: 'There is no such member in this account.',
  member_exists: 'This account has a member with this email already. Make a new link for that one.',
  members_too_many: 'This account has as many members as it may have. Remove one first.',
  member_last_owner:
    'This is the last owner who can sign in to the account. Make another member an owner first.',
  link_expired:
    'This link was used already, is older than a day, or was replaced by another. Ask an owner of the account for a new one, or run `waybell members link EMAIL`.',
  password_invalid: 'This cannot be a password. Choose one of 10 to 200 characters that is not the email.',
  password_wrong: 'The current password is another one. Send the one that you sign in with.',
  view_not_found: 'There is no such saved view in this account.',
  view_exists: 'This account has a saved view of this name already. Choose another name, or change that one.',
  views_too_many: 'This account has as many saved views as it may have. Delete one first.',
  backup_not_found: 'There is no such backup. GET /api/v1/backups lists them.',
  backup_underway:
    'A backup is being made already. Wait until it is done: GET /api/v1/backups says how far it is.',
  backup_elsewhere:
    'The store of this server is a PostgreSQL database, which the server does not back up itself. Run `waybell backup --database URL` on a machine that has `pg_dump`.',
  backup_no_room: 'There is not enough free space for a backup. Free space, or remove old backups.',
  inbox_not_found: 'There is no inbox at this address.',
  cursor_invalid: 'This cursor was not made by this list. Start again without one.',
  page_too_far:
    'This page lies too far behind those that were read. Read the pages one after the other, or narrow the list by dates.',
  cursor_expired: 'This cursor is older than the events that are kept. Start again from `oldest_cursor`.',
  idempotency_key_invalid: 'An `Idempotency-Key` has 1 to 255 printable ASCII characters.',
  idempotency_key_reused:
    'This `Idempotency-Key` came with another request before. Use a new key for a new request.',
  idempotency_in_progress:
    'The first request with this `Idempotency-Key` is still being answered. Try again in a moment.',
  rate_limited: 'Too many requests of this kind have come. Send it again after `Retry-After`.',
  busy: 'More updates are waiting than can be held. Nothing of this request was taken: send it again after `Retry-After`.',
  store_unavailable:
    'The store cannot be written just now. Nothing of this request was taken: send it again after `Retry-After`.',
  stopping: 'The server is stopping. Nothing of this request was taken: send it again after `Retry-After`.',
  internal: 'Something went wrong here. It is in the log under this request id.',
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** What was wrong with one part of a request. */
export interface Problem {
  readonly code: ErrorCode;
  /** For people: what was wrong and what to do. */
  readonly message: string;
  /** Where, as a JSON pointer into the body or the name of a parameter; null for the whole. */
  readonly where: string | null;
}

/** The catalogue's sentence, or one that knows more of the case. */
export function problem(
  code: ErrorCode,
  message: string = ERRORS[code],
  where: string | null = null,
): Problem {
  return { code, message, where };
}

/** A result that is none: what was read or applied cannot be taken. */
export interface Refused {
  readonly ok: false;
  readonly problem: Problem;
}

export function refuse(refused: Problem | ErrorCode): Refused {
  return { ok: false, problem: typeof refused === 'string' ? problem(refused) : refused };
}

/** A refused request on its way to the edge. `extra` are further members of the answer. */
export class AppError extends Error {
  readonly problem: Problem;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(refused: Problem | ErrorCode, extra: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    const what = typeof refused === 'string' ? problem(refused) : refused;
    super(what.message, { cause });
    this.name = 'AppError';
    this.problem = what;
    this.extra = extra;
  }
}
