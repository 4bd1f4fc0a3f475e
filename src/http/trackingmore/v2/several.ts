/**
 * Several parcels at a time: `batch`, `updatemore`, `delete`, `notupdate`. Each is done or told what is wrong with it, and the
 * others are done all the same.
 */
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import type { Tracking } from '../../../domain/tracking.ts';
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
  | { readonly tracking: Tracking; readonly error: null }
  | { readonly tracking: null; readonly error: ReturnType<typeof errorV2> };

export function severalEndpoints({ trackings }: { trackings: Trackings }): readonly Endpoint[] {
  return [
    {
      ...write,
      path: '/trackings/batch',
      async answer({ account, body }) {
        const done = await createMany(trackings, account, few(itemsIn(body)));
        return several(done, 'added', (tracking) => createdV2(tracking, account));
      },
    },
    {
      ...write,
      path: '/trackings/updatemore',
      async answer({ account, body }) {
        const done = await each(body, (said) => edited(trackings, account, said));
        return several(done, 'updated', (tracking) => updatedV2(tracking, account));
      },
    },
    {
      ...write,
      path: '/trackings/delete',
      async answer({ account, body }) {
        const done = await each(body, async (said) => {
          const tracking = await theOneIn(trackings, account, said);
          await trackings.remove(account.id, tracking.id);
          return tracking;
        });
        return several(done, 'delete', (tracking) => ({ meta: namedV2(tracking) }));
      },
    },
    {
      ...write,
      path: '/trackings/notupdate',
      async answer({ account, body }) {
        const done = await each(body, async (said) =>
          trackings.stop(account.id, (await theOneIn(trackings, account, said)).id),
        );
        return several(done, 'change', namedV2);
      },
    },
  ];
}

/** @param counted what v2 calls the number of those that were done */
function several(done: readonly Done[], counted: string, told: (tracking: Tracking) => unknown) {
  const trackings = done.flatMap(({ tracking }) => (tracking === null ? [] : [told(tracking)]));
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
    if (draft === null) return { tracking: null, error };
    const one = made.next().value as Made;
    return one.ok
      ? { tracking: one.tracking, error: null }
      : { tracking: null, error: errorOf(items[place] as Members, new AppError(one.problem)) };
  });
}

/**
 * Those of one parcel one after the other, as they were sent, and the parcels at the same time, so that they share commits.
 * @throws whatever is no refusal of one of them
 */
function each(body: unknown, act: (said: Members) => Promise<Tracking>): Promise<readonly Done[]> {
  const items = itemsIn(body);
  if (items.length > limits.trackingsPerEditMax) throw new Refusal(4020);
  const turns = new Map<string, Promise<Done>>();
  return Promise.all(
    items.map((said) => {
      const number = toldBack(said.tracking_number) ?? '';
      const key = readNumber(number) ?? number;
      const turn = (turns.get(key) ?? Promise.resolve()).then(() => one(said, act));
      turns.set(key, turn);
      return turn;
    }),
  );
}

async function one(said: Members, act: (said: Members) => Promise<Tracking>): Promise<Done> {
  try {
    return { tracking: await act(said), error: null };
  } catch (refusal) {
    return { tracking: null, error: errorOf(said, refusal) };
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
