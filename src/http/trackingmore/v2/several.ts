/**
 * Several parcels at a time: `batch`, `updatemore`, `delete`, `notupdate`. Each is done or told what is wrong with it, and the
 * others are done all the same.
 */
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { readNumber } from '../../../tracking/readUpdate.ts';
import type { Made, TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { type Members, membersOf, toldBack } from '../said.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { toldV2 } from './errors.ts';
import { few } from './filter.ts';
import { write } from './reading.ts';
import { draftIn, edited, theOneIn } from './trackings.ts';
import { createdV2, namedV2, updatedV2 } from './trackingV2.ts';

/** What became of one of them. */
type Done =
  | { readonly told: unknown; readonly error: null }
  | { readonly told: null; readonly error: ReturnType<typeof errorV2> };

/** Each looks its parcel up: a list of an account has few turns at a time. */
const editedAtOnce = 8;

export function severalEndpoints({ trackings }: { trackings: Trackings }): readonly Endpoint[] {
  return [
    {
      ...write,
      path: '/trackings/batch',
      async answer({ account, body }) {
        return several(await createMany(trackings, account, few(itemsIn(body))), 'added');
      },
    },
    {
      ...write,
      path: '/trackings/updatemore',
      async answer({ account, body }) {
        const done = await each(body, async (said) =>
          updatedV2(await edited(trackings, account, said), account),
        );
        return several(done, 'updated');
      },
    },
    {
      ...write,
      path: '/trackings/delete',
      async answer({ account, body }) {
        const done = await each(body, async (said) => {
          const tracking = await theOneIn(trackings, account, said);
          await trackings.remove(account.id, tracking.id);
          return { meta: namedV2(tracking) };
        });
        return several(done, 'delete');
      },
    },
    {
      ...write,
      path: '/trackings/notupdate',
      async answer({ account, body }) {
        const done = await each(body, async (said) => {
          const { id } = await theOneIn(trackings, account, said);
          return namedV2(await trackings.stop(account.id, id));
        });
        return several(done, 'change');
      },
    },
  ];
}

/** @param counted what v2 calls the number of those that were done */
function several(done: readonly Done[], counted: string) {
  const trackings = done.flatMap(({ told, error }) => (error === null ? [told] : []));
  return {
    submitted: done.length,
    [counted]: trackings.length,
    trackings,
    errors: done.flatMap(({ error }) => error ?? []),
  };
}

/** In one transaction, one result each in their order. */
async function createMany(trackings: Trackings, account: Account, items: readonly Members[]) {
  const readings = items.map((item) => {
    try {
      return { draft: draftIn(item), error: null };
    } catch (refusal) {
      return { draft: null, error: errorOf(item, refusal) };
    }
  });
  const drafts = readings.flatMap(({ draft }): TrackingDraft[] => (draft === null ? [] : [draft]));
  const made = (await trackings.createNew(account.id, drafts)).values();
  return readings.map(({ draft, error }, place): Done => {
    if (draft === null) return { told: null, error };
    const one = made.next().value as Made;
    return one.ok
      ? { told: createdV2(one.tracking, account), error: null }
      : { told: null, error: errorOf(items[place] as Members, new AppError(one.problem)) };
  });
}

/**
 * Those of one parcel one after the other, as they were sent, and some parcels at the same time, so that they share commits.
 * What is told of a parcel is all that is held of it.
 * @throws whatever is no refusal of one of them
 */
async function each(body: unknown, act: (said: Members) => Promise<unknown>): Promise<readonly Done[]> {
  const items = itemsIn(body);
  if (items.length > limits.trackingsPerEditMax) throw new Refusal(4020);
  const done: Done[] = [];
  const parcels = new Map<string, Promise<Done>>();
  const left = items.entries();
  const work = async (): Promise<void> => {
    for (const [place, said] of left) {
      const number = toldBack(said.tracking_number) ?? '';
      const parcel = readNumber(number) ?? number;
      const earlier = parcels.get(parcel) ?? Promise.resolve();
      const turn = earlier.then(() => one(said, act));
      parcels.set(parcel, turn);
      done[place] = await turn;
    }
  };
  await Promise.all(Array.from({ length: editedAtOnce }, work));
  return done;
}

async function one(said: Members, act: (said: Members) => Promise<unknown>): Promise<Done> {
  try {
    return { told: await act(said), error: null };
  } catch (refusal) {
    return { told: null, error: errorOf(said, refusal) };
  }
}

/** A list, `{"trackings": […]}` or a single one. @throws Refusal 4013 */
function itemsIn(body: unknown): readonly Members[] {
  const said = membersOf(body);
  const only = Object.keys(said).length === 0 ? [] : [said];
  const items = Array.isArray(body) ? body : Array.isArray(said.trackings) ? said.trackings : only;
  if (items.length === 0) throw new Refusal(4013);
  return items.map(membersOf);
}

/** @throws whatever is no refusal */
function errorOf(item: Members, refusal: unknown): ReturnType<typeof errorV2> {
  if (refusal instanceof AppError || refusal instanceof Refusal) return errorV2(item, refusal);
  throw refusal;
}

function errorV2(item: Members, refusal: AppError | Refusal) {
  return {
    tracking_number: toldBack(item.tracking_number),
    carrier_code: toldBack(item.carrier_code),
    ...toldV2(refusal),
  };
}
