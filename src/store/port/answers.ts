/** Answers to requests with an `Idempotency-Key`, so that a repetition gives the first one. */
import type { AccountId } from '../../domain/account.ts';

export interface AnswerStore {
  answer(accountId: AccountId, key: string, since: number): Promise<Answer | null>;
  rememberAnswer(answer: Answer): Promise<void>;
  forgetAnswers(before: number): Promise<void>;
}

/** A remembered answer to a request with an `Idempotency-Key`. */
export interface Answer {
  readonly accountId: AccountId;
  readonly key: string;
  /** SHA-256 of method, path and body. */
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
  readonly createdAt: number;
}

/** Another process has remembered answers under these keys meanwhile: nothing was written, and those answers are the ones. */
export class AnswerTaken extends Error {
  readonly taken: readonly Pick<Answer, 'accountId' | 'key'>[];

  constructor(taken: AnswerTaken['taken']) {
    super('Another request with this key was answered meanwhile.');
    this.name = 'AnswerTaken';
    this.taken = taken;
  }
}
