/** A refused request, or one without an answer: then `status` is 0. What to do stands in the message, in the server's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** A JSON pointer into the body, such as `/url`; null: the request as a whole. */
  readonly where: string | null;
  /** Seconds after which it may be sent again; null: it is not said. */
  readonly retryAfter: number | null;

  constructor(said: {
    status: number;
    code: string;
    detail: string;
    where?: string | undefined;
    retryAfter?: number | null;
  }) {
    super(said.detail);
    this.name = 'Refusal';
    this.status = said.status;
    this.code = said.code;
    this.where = said.where ?? null;
    this.retryAfter = said.retryAfter ?? null;
  }
}

/** The refusal's words where they are about this member of the body; null for any other error. */
export function refusedAt(error: unknown, where: string): string | null {
  return error instanceof Refusal && error.where === where ? error.message : null;
}

/** The same for a member with all that is in it. */
export function refusedWithin(error: unknown, where: string): string | null {
  const isWithin =
    error instanceof Refusal && (error.where === where || error.where?.startsWith(`${where}/`));
  return isWithin ? error.message : null;
}
