/** What the client throws: a refusal as the server words it, or that there was no answer of Waybell's. */

/** A refused request, or one that had no answer: then `status` is 0 and `code` `unreachable`. */
export class WaybellError extends Error {
  readonly status: number;
  /** For programs: the `code` of the problem details, `unreachable`, or `not_waybell` where something else answered. */
  readonly code: string;
  /** For people: what was wrong and what to do. */
  readonly detail: string;
  /** A JSON pointer into the body, or the name of a parameter; null for the whole. */
  readonly where: string | null;
  /** The answer's JSON as it came. */
  readonly body: unknown;

  constructor(refusal: {
    status: number;
    code: string;
    detail: string;
    where?: string | null;
    body?: unknown;
    cause?: unknown;
  }) {
    super(refusal.detail, { cause: refusal.cause });
    this.name = 'WaybellError';
    this.status = refusal.status;
    this.code = refusal.code;
    this.detail = refusal.detail;
    this.where = refusal.where ?? null;
    this.body = refusal.body ?? null;
  }
}
