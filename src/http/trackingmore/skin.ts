/**
 * TrackingMore's API in one of its versions, over the services of `/api/v1`: a table of endpoints and two functions that write
 * what is accepted and what is refused. `wear.ts` puts it on the server.
 */
import type { HTTPMethods } from 'fastify';
import type { Account } from '../../domain/account.ts';
import type { AppError } from '../../domain/error.ts';
import type { Access } from '../principal.ts';

export interface Endpoint {
  readonly methods: readonly HTTPMethods[];
  /** Below the version's prefix. */
  readonly path: string;
  readonly access: Extract<Access, 'read' | 'write'>;
  /** Requests of one account, where limits are switched on. */
  readonly perSecond: number;
  /** `data` of a refusal: clients that are typed read null where an object is meant, a list where a list is. */
  readonly refusedData: null | readonly [];
  /** In the place of the version's. */
  readonly envelope?: Envelope;
  /** Gives `data`. @throws AppError, Refusal */
  answer(asked: Asked): unknown;
}

export interface Asked {
  readonly account: Account;
  /** The same as the caller may see it. */
  readonly seenAccount: Account;
  /** Whose key it is. */
  readonly actor: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Undefined where there was none. */
  readonly body: unknown;
}

/** A refusal by one of the version's own codes, which the catalogue of errors does not know. */
export class Refusal extends Error {
  readonly code: number;
  /** What the message names, where it has a place for it. */
  readonly about: string | null;
  /** In the place of `refusedData`. */
  readonly data: unknown;

  constructor(code: number, { about = null, data }: { about?: string | null; data?: unknown } = {}) {
    super(`TrackingMore's code ${code}`);
    this.name = 'Refusal';
    this.code = code;
    this.about = about;
    this.data = data;
  }
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export interface Envelope {
  /** The whole body around `data`. */
  accepted(data: unknown): unknown;
  refused(refusal: AppError | Refusal, data: unknown): Answered;
}

export interface Skin extends Envelope {
  readonly prefix: '/v2' | '/v3' | '/v4';
  readonly endpoints: readonly Endpoint[];
}
