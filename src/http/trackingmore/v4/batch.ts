/** `trackings/batch`: each is made or told what is wrong with it, in their order; the others are made all the same. */
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { dealtWith, doneTogether } from '../done.ts';
import { type Members, membersOf, toldBack } from '../said.ts';
import type { TrackingmoreServices } from '../services.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { write } from './endpoint.ts';
import { toldV4 } from './errors.ts';
import { draftIn } from './trackings.ts';
import { namedV4 } from './trackingV4.ts';

export function batchEndpoints({ trackings }: TrackingmoreServices): readonly Endpoint[] {
  return [
    write(['POST'], '/trackings/batch', async ({ account, body }) => {
      const made = await doneTogether(itemsIn(body), {
        read: (item) => draftIn(trackings, account, item),
        all: (drafts) => trackings.createNew(account.id, drafts),
        tell(one) {
          if (one.ok) return namedV4(one.tracking);
          throw one.existing === null
            ? new AppError(one.problem)
            : new Refusal(4101, { data: namedV4(one.existing) });
        },
      });
      const { accepted, refused } = dealtWith(made);
      return { success: accepted, error: refused.map(errorItem) };
    }),
  ];
}

/** A list, or `{"trackings": […]}`. @throws Refusal 4103, 4111 */
function itemsIn(body: unknown): readonly Members[] {
  const { trackings } = membersOf(body);
  const items = Array.isArray(body) ? body : Array.isArray(trackings) ? trackings : null;
  if (items === null || items.length === 0) throw new Refusal(4111);
  if (items.length > limits.trackingsPerCallMax) throw new Refusal(4103);
  return items.map(membersOf);
}

/** With the name of the one that there is already, or else as it was said. */
function errorItem({ item, refusal }: { readonly item: Members; readonly refusal: AppError | Refusal }) {
  const { code, message } = toldV4(refusal);
  const existing = refusal instanceof Refusal ? membersOf(refusal.data) : {};
  return {
    id: null,
    tracking_number: toldBack(item.tracking_number),
    courier_code: toldBack(item.courier_code),
    ...existing,
    errorCode: code,
    errorMessage: message,
  };
}
