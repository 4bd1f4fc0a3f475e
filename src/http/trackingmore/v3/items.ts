/**
 * Actions on up to forty parcels: a list of items, or one. Each is done or told what is wrong with it, one after the other, so
 * that what is named twice is met as the first item left it; the answer is `{success, error}` in the items' order.
 */
import type { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { type Done, dealtWith, doneInTurn } from '../done.ts';
import { type Members, membersOf, toldBack } from '../said.ts';
import { Refusal } from '../skin.ts';
import { onlyIn } from './action.ts';
import { toldV3 } from './errors.ts';

export interface Items {
  readonly success: readonly unknown[];
  readonly error: readonly unknown[];
}

/** @throws Refusal 413, 417 */
export function itemsIn(body: unknown): readonly Members[] {
  if (!Array.isArray(body)) return [onlyIn(body)];
  if (body.length === 0) throw new Refusal(417);
  if (body.length > limits.trackingsPerCallMax) throw new Refusal(413);
  return body.map(membersOf);
}

export function itemsOf(all: readonly Done<unknown>[]): Items {
  const { accepted, refused } = dealtWith(all);
  return { success: accepted, error: refused.map(errorItem) };
}

/** @param deal gives what is told of an item that is done; throws an AppError or a Refusal for one that is not */
export async function dealWith(items: readonly Members[], deal: (item: Members) => unknown): Promise<Items> {
  return itemsOf(await doneInTurn(items, deal));
}

function errorItem({ item, refusal }: { readonly item: Members; readonly refusal: AppError | Refusal }) {
  const { code, message } = toldV3(refusal);
  return {
    tracking_number: toldBack(item.tracking_number ?? item.num),
    courier_code: toldBack(item.courier_code ?? item.carrier_code ?? item.express ?? item.courier),
    errorCode: code,
    errorMessage: message,
  };
}
