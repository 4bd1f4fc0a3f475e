/** Answers to requests with an `Idempotency-Key`, so that a repetition gives the first one. */
import type { AccountId } from '../../domain/account.ts';
import type { PageRequest } from '../../domain/page.ts';

export interface AnswerStore {
  answer(accountId: AccountId, key: string, since: number): Promise<Answer | null>;
  /** Of an account, in the order of their keys, from behind one on; fewer where they are large, and none only at the end. */
  answers(accountId: AccountId, page: PageRequest): Promise<readonly Answer[]>;
  /** Puts another body in the place of the one that was read; whether it still was that answer. */
  rewriteAnswer(answer: Answer, body: string): Promise<boolean>;
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
