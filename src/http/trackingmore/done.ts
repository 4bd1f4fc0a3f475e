/**
 * Several items in one call: each is done or refused by itself, and the others are done all the same. How that is told is each
 * version's own. Where nothing at all was done and the trouble is the server's, the call is refused as a whole: clients look at
 * its code alone to know whether to send it again.
 */
import { AppError, type ErrorCode } from '../../domain/error.ts';
import type { Members } from './said.ts';
import { Refusal } from './skin.ts';

/** What became of an item. */
export type Done<Value> = { readonly item: Members } & (
  | { readonly value: Value; readonly refusal: null }
  | { readonly value: null; readonly refusal: AppError | Refusal }
);

/** @throws whatever is no refusal of the item */
export async function done<Value>(
  item: Members,
  act: (item: Members) => Value | Promise<Value>,
): Promise<Done<Value>> {
  try {
    return { item, value: await act(item), refusal: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError || thrown instanceof Refusal)) throw thrown;
    return { item, value: null, refusal: thrown };
  }
}

/** One after the other, so that what is named twice is met as the first item left it. */
export async function doneInTurn<Value>(
  items: readonly Members[],
  act: (item: Members) => Value | Promise<Value>,
): Promise<readonly Done<Value>[]> {
  const all: Done<Value>[] = [];
  for (const item of items) all.push(await done(item, act));
  return all;
}

/** What the items say is done together: only those that can be read are, and each is told its result, or refused by it. */
export async function doneTogether<Read, Result, Value>(
  items: readonly Members[],
  {
    read,
    all,
    tell,
  }: {
    read(item: Members): Read | Promise<Read>;
    /** One result each, in their order. */
    all(readings: readonly Read[]): Promise<readonly Result[]>;
    tell(result: Result): Value;
  },
): Promise<readonly Done<Value>[]> {
  const readings = await doneInTurn(items, read);
  const results = (await all(readings.flatMap((one) => (one.refusal === null ? [one.value] : [])))).values();
  return Promise.all(
    readings.map((one) => {
      if (one.refusal !== null) return one;
      const result = results.next().value as Result;
      return done(one.item, () => tell(result));
    }),
  );
}

const troubles: ReadonlySet<ErrorCode> = new Set(['busy', 'store_unavailable', 'stopping', 'internal']);

/** What was done, and what was refused. @throws AppError where nothing was done for a trouble of the server's */
export function dealtWith<Value>(all: readonly Done<Value>[]) {
  const accepted = all.flatMap((one) => (one.refusal === null ? [one.value] : []));
  const refused = all.flatMap((one) => (one.refusal === null ? [] : [one]));
  const trouble = refused.find(
    ({ refusal }) => refusal instanceof AppError && troubles.has(refusal.problem.code),
  );
  if (accepted.length === 0 && trouble !== undefined) throw trouble.refusal;
  return { accepted, refused };
}
