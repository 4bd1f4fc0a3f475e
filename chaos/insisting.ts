/**
 * How a merchant's system sees a request through: under one idempotency key it is repeated, at whichever process, until it is
 * answered. What was given up may still be carried out later, by a process that stood still meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Said } from '../test/support/server.ts';

/** Paths as those of a `Caller`. */
export type Ask = (method: string, path: string, said: Said) => Promise<Answer>;

/** No answer came in time. */
export class NoAnswer extends Error {
  /** Resolves when nothing can come of the request any more. */
  readonly over: Promise<void>;

  constructor(over: Promise<void>) {
    super('No answer came in time.');
    this.over = over;
  }
}

export interface Order {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly key: string;
  /** Whether an answer is one; a success is, unless it says otherwise. */
  isAnswer?(answer: Answer): boolean;
}

export interface Insisted {
  readonly answer: Answer;
  /** Whether it was asked for once only. */
  readonly atOnce: boolean;
  /** Tries without an answer of which something may still come; null: none. */
  readonly doubt: Promise<void> | null;
}

export interface Insisting {
  /** Answers that were errors (the store away, too busy) or were lost with a connection, and so repeated. */
  readonly repeated: number;
  /** @throws Error when it is refused for good */
  insist(order: Order): Promise<Insisted>;
}

/** @param ask may ask another process each time; a promise it rejects is an answer that was lost */
export function makeInsisting(ask: Ask, random: () => number): Insisting {
  let repeated = 0;
  return {
    get repeated() {
      return repeated;
    },
    async insist({ method, path, body, key, isAnswer = ({ status }) => status < 300 }) {
      const doubts: Promise<void>[] = [];
      const said = { headers: { 'idempotency-key': key }, ...(body === undefined ? {} : { body }) };
      for (let tries = 1; ; tries++) {
        const answer = await ask(method, path, said).catch((error) => {
          if (error instanceof NoAnswer) doubts.push(error.over);
          return null;
        });
        if (answer !== null && isAnswer(answer)) {
          const doubt = doubts.length === 0 ? null : Promise.all(doubts).then(() => {});
          return { answer, atOnce: tries === 1, doubt };
        }
        if (answer !== null && !mayBeRepeated(answer))
          throw new Error(`A request was refused: ${method} ${path} ${answer.status} ${answer.text}`);
        repeated++;
        await pause(20 + random() * 80);
      }
    },
  };
}

function mayBeRepeated({ status }: Answer): boolean {
  return status < 300 || status >= 500 || status === 429 || status === 409;
}

/** Whether all updates of a call were taken. @throws Error where one was refused for good */
export function allTaken({ status, text, json }: Answer): boolean {
  if (status !== 200) return false;
  const errors = json.results.flatMap((one: { error?: { code: string } }) => one.error ?? []);
  // Those that others wrote all the while may be sent again; one that the store failed alone may not.
  if (errors.some(({ code }: { code: string }) => code !== 'busy'))
    throw new Error(`An update was refused: ${text}`);
  return errors.length === 0;
}
