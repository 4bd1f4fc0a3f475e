/**
 * Several parcels at a time: `batch`, `updatemore`, `delete`, `notupdate`. Each is done or told what is wrong with it, and the
 * others are done all the same.
 */
import { limits } from '../../../domain/limits.ts';
import { readNumber } from '../../../tracking/readUpdate.ts';
import { type Done, dealtWith, done, doneTogether } from '../done.ts';
import { trackingOf } from '../realtime.ts';
import { type Members, membersOf, toldBack } from '../said.ts';
import type { TrackingmoreServices } from '../services.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { write } from './endpoint.ts';
import { toldV2 } from './errors.ts';
import { few } from './filter.ts';
import { draftIn, edited, theOneIn } from './trackings.ts';
import { createdV2, namedV2, updatedV2 } from './trackingV2.ts';

/** Each looks its parcel up: a list of an account has few turns at a time. */
const editedAtOnce = 8;

export function severalEndpoints({ trackings }: TrackingmoreServices): readonly Endpoint[] {
  return [
    write(['POST'], '/trackings/batch', async ({ account, body }) => {
      const made = await doneTogether(few(itemsIn(body)), {
        read: (said) => draftIn(trackings, account, said),
        all: (drafts) => trackings.createNew(account.id, drafts),
        tell: (one) => createdV2(trackingOf(one), account),
      });
      return several(made, 'added');
    }),
    write(['POST'], '/trackings/updatemore', async ({ account, body }) => {
      const all = await each(body, async (said) =>
        updatedV2(await edited(trackings, account, said), account),
      );
      return several(all, 'updated');
    }),
    write(['POST'], '/trackings/delete', async ({ account, body }) => {
      const all = await each(body, async (said) => {
        const tracking = await theOneIn(trackings, account, said);
        await trackings.remove(account.id, tracking.id);
        return { meta: namedV2(tracking) };
      });
      return several(all, 'delete');
    }),
    write(['POST'], '/trackings/notupdate', async ({ account, body }) => {
      const all = await each(body, async (said) => {
        const { id } = await theOneIn(trackings, account, said);
        return namedV2(await trackings.stop(account.id, id));
      });
      return several(all, 'change');
    }),
  ];
}

/** @param counted what v2 calls the number of those that were done */
function several(all: readonly Done<unknown>[], counted: string) {
  const { accepted, refused } = dealtWith(all);
  return {
    submitted: all.length,
    [counted]: accepted.length,
    trackings: accepted,
    errors: refused.map(({ item, refusal }) => ({
      tracking_number: toldBack(item.tracking_number),
      carrier_code: toldBack(item.carrier_code),
      ...toldV2(refusal),
    })),
  };
}

/**
 * Those of one parcel one after the other, as they were sent, and some parcels at the same time, so that they share commits.
 * What is told of a parcel is all that is held of it.
 * @throws whatever is no refusal of one of them
 */
async function each(
  body: unknown,
  act: (said: Members) => Promise<unknown>,
): Promise<readonly Done<unknown>[]> {
  const items = itemsIn(body);
  if (items.length > limits.trackingsPerEditMax) throw new Refusal(4020);
  const all: Done<unknown>[] = [];
  const parcels = new Map<string, Promise<Done<unknown>>>();
  const left = items.entries();
  const work = async (): Promise<void> => {
    for (const [place, said] of left) {
      const number = toldBack(said.tracking_number) ?? '';
      const parcel = readNumber(number) ?? number;
      const earlier = parcels.get(parcel) ?? Promise.resolve();
      const turn = earlier.then(() => done(said, act));
      parcels.set(parcel, turn);
      all[place] = await turn;
    }
  };
  await Promise.all(Array.from({ length: editedAtOnce }, work));
  return all;
}

/** A list, `{"trackings": […]}` or a single one. @throws Refusal 4013 */
function itemsIn(body: unknown): readonly Members[] {
  const said = membersOf(body);
  const only = Object.keys(said).length === 0 ? [] : [said];
  const items = Array.isArray(body) ? body : Array.isArray(said.trackings) ? said.trackings : only;
  if (items.length === 0) throw new Refusal(4013);
  return items.map(membersOf);
}
