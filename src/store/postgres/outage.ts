/**
 * Tells what the server or the way to it is at fault for from what the data or the statement is: the first becomes
 * StoreUnavailable, after which callers try again; the second stays what it is.
 */
import pg from 'pg';
import { StoreUnavailable } from '../store.ts';

/**
 * Classes of SQLSTATE (PostgreSQL's manual, appendix A) that no data can cause: connection, transaction state (idle in a
 * transaction for too long, read-only), authorization, no such database, rollback (deadlock), resources (full disk, too
 * many connections), lock not to be had, operator intervention (shutdown, statement time-out), system, configuration,
 * internal.
 */
const environmentClasses = new Set(['08', '25', '28', '3D', '40', '53', '55', '57', '58', 'F0', 'XX']);

/** Deadlock and serialization failure: the server undid one of two so that the other could go on. */
const undoneCodes = new Set(['40P01', '40001']);

/** Programmers' errors that the client throws before it asks the server anything. */
const bugs = [TypeError, RangeError];

export function explained(error: unknown): unknown {
  if (error instanceof StoreUnavailable || bugs.some((kind) => error instanceof kind)) return error;
  if (isOfStatement(error)) return error;
  return new StoreUnavailable(`The store cannot be used just now: ${(error as Error).message}.`, error);
}

/** Whether the server answered that the statement or its values are at fault: the connection is as good as before. */
export function isOfStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !environmentClasses.has((error.code ?? 'XX').slice(0, 2));
}

/** Whether the same once more is likely to succeed. */
export function wasUndone(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof pg.DatabaseError && undoneCodes.has(cause.code ?? '');
}

/** Whether a lock was not to be had in time. */
export function wasLocked(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof pg.DatabaseError && cause.code === '55P03';
}

/** The connection ended over a `commit`, or a standby did not confirm it: nobody knows whether it came about, or will last. */
export class CommitUnanswered extends StoreUnavailable {
  override readonly isUncertain = true;

  constructor(cause: unknown) {
    super(`The store cannot be used just now: ${(cause as Error).message}.`, cause);
  }
}

/** Whether a row of this identity is there already. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint;
}
