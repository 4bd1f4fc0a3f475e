/**
 * Actions on up to forty parcels: a list of items, or one. Each is done or told what is wrong with it, one after the other, so
 * that what is named twice is met as the first item left it; the answer is `{success, error}` in the items' order.
 */
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
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

/** @param deal gives what is told of an item that is done; throws an AppError or a Refusal for one that is not */
export async function dealWith(items: readonly Members[], deal: (item: Members) => unknown): Promise<Items> {
  const success: unknown[] = [];
  const error: unknown[] = [];
  for (const item of items) {
    try {
      success.push(await deal(item));
    } catch (refusal) {
      error.push(errorItem(item, refusalOf(refusal)));
    }
  }
  return { success, error };
}

/** As `dealWith`, where what the items say is done together: only those that can be read are, and each is told its result. */
export async function dealTogether<Read, Result>(
  items: readonly Members[],
  {
    read,
    all,
    tell,
  }: {
    read(item: Members): Read;
    /** One result each, in their order. */
    all(readings: readonly Read[]): Promise<readonly Result[]>;
    tell(result: Result, reading: Read): unknown;
  },
): Promise<Items> {
  const readings = items.map((item) => {
    try {
      return { value: read(item), refusal: null };
    } catch (thrown) {
      return { value: null, refusal: refusalOf(thrown) };
    }
  });
  const done = await all(readings.flatMap((one) => (one.refusal === null ? [one.value as Read] : [])));
  const results = done.values();
  const inTurn = readings.values();
  return dealWith(items, () => {
    const { value, refusal } = inTurn.next().value as (typeof readings)[number];
    if (refusal !== null) throw refusal;
    return tell(results.next().value as Result, value as Read);
  });
}

/** @throws whatever is none */
function refusalOf(thrown: unknown): AppError | Refusal {
  if (thrown instanceof AppError || thrown instanceof Refusal) return thrown;
  throw thrown;
}

function errorItem(item: Members, refusal: AppError | Refusal) {
  const { code, message } = toldV3(refusal);
  return {
    tracking_number: toldBack(item.tracking_number ?? item.num),
    courier_code: toldBack(item.courier_code ?? item.carrier_code ?? item.express),
    errorCode: code,
    errorMessage: message,
  };
}
