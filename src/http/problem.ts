/**
 * Refused requests as problem details (RFC 9457). The one place that knows the HTTP status of each error code; nothing
 * of an unexpected failure is shown but the request's id, under which the log has it.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode, type Problem, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import { cleanText } from '../normalise/text.ts';
import { StoreUnavailable } from '../store/store.ts';

export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  sign_in_failed: 401,
  forbidden: 403,
  account_suspended: 403,
  route_not_found: 404,
  method_not_allowed: 405,
  body_malformed: 400,
  body_invalid: 400,
  body_too_large: 413,
  content_type_unsupported: 415,
  number_invalid: 422,
  courier_unknown: 422,
  courier_ambiguous: 409,
  country_invalid: 422,
  time_zone_invalid: 422,
  status_invalid: 422,
  checkpoint_invalid: 422,
  checkpoint_time_invalid: 422,
  checkpoints_too_many: 422,
  lives_too_many: 422,
  too_much_at_once: 413,
  tracking_not_found: 404,
  tracking_exists: 409,
  tracking_not_expired: 409,
  courier_fixed: 409,
  refresh_unavailable: 409,
  tracking_deleted: 410,
  webhook_not_found: 404,
  webhooks_too_many: 409,
  webhook_disabled: 409,
  url_invalid: 422,
  url_refused: 422,
  header_invalid: 422,
  operational_events_unsupported: 422,
  delivery_not_found: 404,
  account_not_found: 404,
  key_not_found: 404,
  keys_too_many: 409,
  key_last: 409,
  member_not_found: 404,
  member_exists: 409,
  members_too_many: 409,
  member_last_owner: 409,
  link_expired: 410,
  password_invalid: 422,
  password_wrong: 422,
  view_not_found: 404,
  view_exists: 409,
  views_too_many: 409,
  backup_not_found: 404,
  backup_underway: 409,
  backup_elsewhere: 409,
  backup_no_room: 507,
  inbox_not_found: 404,
  cursor_invalid: 400,
  page_too_far: 400,
  cursor_expired: 410,
  idempotency_key_invalid: 400,
  idempotency_key_reused: 422,
  idempotency_in_progress: 409,
  rate_limited: 429,
  busy: 429,
  store_unavailable: 503,
  stopping: 503,
  internal: 500,
};

/** Seconds after which a request that was refused so may be sent again. */
const retryAfterSeconds: Partial<Record<ErrorCode, number>> = {
  rate_limited: 1,
  busy: 1,
  store_unavailable: 5,
  stopping: 5,
  idempotency_in_progress: 1,
};

/** The body of a refusal: `type`, `title`, `status`, `code`, `detail`, and `where` if it is one part of the request. */
export function problemDetails(refused: Problem, extra: Readonly<Record<string, unknown>> = {}) {
  return {
    type: `urn:waybell:error:${refused.code}`,
    title: refused.code.replaceAll('_', ' '),
    status: HTTP_STATUS[refused.code],
    code: refused.code,
    detail: refused.message,
    ...(refused.where === null ? {} : { where: refused.where }),
    ...extra,
  };
}

/** Turns whatever a handler threw into a refusal. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refused = refusalOf(error, request, reply);
  const { code } = refused.problem;
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="waybell"');
  const extra = code === 'internal' ? { request_id: request.id } : refused.extra;
  return reply
    .code(HTTP_STATUS[code])
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemDetails(refused.problem, extra)));
}

/** Whatever was thrown, as a refusal, with what goes with any answer that tells it: the log, and headers. */
export function refusalOf(error: unknown, request: FastifyRequest, reply: FastifyReply): AppError {
  const refused = asAppError(error);
  const { code } = refused.problem;
  if (code === 'internal')
    request.log.error({ err: error, requestId: request.id }, 'a request failed unexpectedly');
  const { retry_after_seconds: told } = refused.extra;
  const wait = typeof told === 'number' ? told : retryAfterSeconds[code];
  if (wait !== undefined) reply.header('retry-after', wait);
  // Closing at once would break the connection under a caller that is still sending, and the answer would not be read.
  // Node reads the rest and throws it away, within the time that a request may take.
  if (code === 'body_too_large') reply.removeHeader('connection');
  return refused;
}

/** One item's refusal inside an answer that is otherwise fine. */
export function itemError(refused: Problem) {
  return {
    code: refused.code,
    message: refused.message,
    ...(refused.where === null ? {} : { where: refused.where }),
  };
}

const uncertain = problem(
  'store_unavailable',
  'The store went away over the write of this request, so whether it was taken is not known. Send it again after `Retry-After`, with the same `Idempotency-Key` if it had one; reports that were taken already change nothing.',
);

/** Whatever was thrown, as the refusal that it is; what nobody expected is `internal`. */
function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof StoreUnavailable)
    return new AppError(error.isUncertain ? uncertain : 'store_unavailable', {}, error);
  const { code, statusCode, validation, validationContext, message } = error as Partial<FastifyError>;
  if (validation !== undefined) return new AppError(formProblem(validation, validationContext));
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError(problem('body_too_large', tooLarge));
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('content_type_unsupported');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new AppError(problem('body_malformed', `The body is not valid JSON: ${message}.`));
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new AppError('route_not_found');
  }
  // Fastify and its plugins say by the status whose mistake it was. What we throw ourselves has none.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError(codeByStatus.get(statusCode) ?? 'body_invalid');
  return new AppError('internal', {}, error);
}

/** A file of the description that is out of bounds (403) is no more there for the caller than one that is missing. */
const codeByStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [403, 'route_not_found'],
  [404, 'route_not_found'],
  [405, 'method_not_allowed'],
  [413, 'body_too_large'],
  [414, 'route_not_found'],
  [415, 'content_type_unsupported'],
]);

type FormError = NonNullable<FastifyError['validation']>[number];

/** Of several ways in which a value does not fit, those that got furthest into it say the most. */
function formProblem(errors: readonly FormError[], context: FastifyError['validationContext']): Problem {
  const depthOf = (error: FormError) => error.instancePath.split('/').length;
  const telling = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
  const depth = Math.max(...telling.map(depthOf));
  const deepest = telling.filter((error) => depthOf(error) === depth);
  const [first] = deepest;
  const path = first?.instancePath ?? '';
  const inBody = context === 'body';
  const where = (inBody ? path : path.slice(1)) || null;
  const unknown = first?.params.additionalProperty;
  if (typeof unknown === 'string') {
    const what = inBody ? `${path || 'The body'} has a member` : 'The query has a parameter';
    return problem(
      'body_invalid',
      `${what} "${cleanText(unknown, 60)}" that is not known here. ${seeApi}`,
      where,
    );
  }
  const name = inBody ? path || 'The body' : `The parameter ${where}`;
  return problem('body_invalid', `${name} ${wantedOf(deepest)}. ${seeApi}`, where);
}

/** `must be a string or null`, `must be one of v2, v3`, or what the validator says. */
function wantedOf(errors: readonly FormError[]): string {
  const things = errors.map(({ keyword, params }) => {
    if (keyword === 'type') return [params.type].flat().map((type) => typeNames[type as string] ?? type);
    if (keyword !== 'enum') return null;
    const values = params.allowedValues as readonly unknown[];
    return values.length === 1 ? `"${values[0]}"` : `one of ${values.join(', ')}`;
  });
  if (things.includes(null))
    return errors.find(({ message }) => message !== undefined)?.message ?? 'is not valid';
  return `must be ${[...new Set(things.flat())].join(' or ')}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'an array',
  object: 'a JSON object',
};

const seeApi = 'The form is described at /api.';
const mebi = 1024 * 1024;
const tooLarge = `A body may have ${limits.updatesBodyBytesMax / mebi} MiB at /api/v1/updates, ${limits.webhookBodyBytesMax / mebi} MiB at /inbox and ${limits.bodyBytesMax / mebi} MiB elsewhere. Send it in parts.`;
