/**
 * `Idempotency-Key`: the first answer to a request is stored in the transaction of its write and given again to every
 * repetition for 24 hours; another request under the same key is refused.
 */
import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import { type Answer, type AnswerStore, AnswerTaken } from '../store/store.ts';
import { scopeOf } from './principal.ts';

/** Makes what a write stores along; null when the request came without a key. */
export type Remember = ((status: number, body: string) => Answer) | null;

/** A body of nothing goes with 204. */
export interface Written {
  readonly status: number;
  readonly body: string;
}

export interface Idempotency {
  /**
   * Runs a write once per key. `write` is handed `remember`, gives its answer to the store with the write, and returns
   * the same status and body.
   */
  once(
    request: FastifyRequest,
    reply: FastifyReply,
    write: (remember: Remember) => Promise<Written>,
  ): Promise<FastifyReply>;
  /**
   * The same for writes that cannot carry their answer along: it is stored right after them. A crash in between lets a
   * repetition run again, so this is for what may happen twice without harm.
   */
  onceThen(
    request: FastifyRequest,
    reply: FastifyReply,
    write: () => Promise<Written>,
  ): Promise<FastifyReply>;
}

const keyForm = /^[\x20-\x7e]+$/;

export function makeIdempotency({ store, clock }: { store: AnswerStore; clock: Clock }): Idempotency {
  const underway = new Set<string>();

  return {
    async once(request, reply, write) {
      const key = request.headers['idempotency-key'];
      if (key === undefined) return send(reply, await write(null));
      if (typeof key !== 'string' || !keyForm.test(key) || key.length > limits.idempotencyKeyCharsMax) {
        throw new AppError('idempotency_key_invalid');
      }
      const accountId = scopeOf(request);
      const requestHash = hashOf(request);
      const lock = `${accountId} ${key}`;
      if (underway.has(lock)) throw new AppError('idempotency_in_progress');
      underway.add(lock);
      try {
        const createdAt = clock.now();
        const again = async (): Promise<FastifyReply | null> => {
          const known = await store.answer(accountId, key, createdAt - limits.idempotencyHours * 3_600_000);
          if (known === null) return null;
          if (known.requestHash !== requestHash) throw new AppError('idempotency_key_reused');
          return send(reply.header('idempotent-replayed', 'true'), known);
        };
        const remembered = await again();
        if (remembered !== null) return remembered;
        try {
          return send(
            reply,
            await write((status, body) => ({ accountId, key, requestHash, status, body, createdAt })),
          );
        } catch (error) {
          // The same request came to another process as well.
          const answered = error instanceof AnswerTaken ? await again() : null;
          if (answered === null) throw error;
          return answered;
        }
      } finally {
        underway.delete(lock);
      }
    },
    onceThen(request, reply, write) {
      return this.once(request, reply, async (remember) => {
        const written = await write();
        if (remember !== null) await store.rememberAnswer(remember(written.status, written.body));
        return written;
      });
    },
  };
}

/** An answer as JSON text. */
export function written(status: number, body: unknown): Written {
  return { status, body: JSON.stringify(body) };
}

export const nothing: Written = { status: 204, body: '' };

function hashOf({ method, routeOptions, params, body }: FastifyRequest): string {
  return hash('sha256', `${method} ${routeOptions.url} ${JSON.stringify(params)}\n${JSON.stringify(body)}`);
}

/** A refusal may be remembered too, when it was decided with the write. */
function send(reply: FastifyReply, { status, body }: Written): FastifyReply {
  if (status === 204) return reply.code(204).send();
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  return reply.code(status).header('content-type', `${type}; charset=utf-8`).send(body);
}
