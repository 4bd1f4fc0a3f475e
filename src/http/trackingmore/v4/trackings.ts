/** `trackings/…`: create, get, batch, update, delete, retrack, and the undocumented `realtime`. */

import { courierOf } from '../../../couriers/catalogue.ts';
import { confidentCourier } from '../../../couriers/numbers/detect.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import type { TrackingPages } from '../../../tracking/pages.ts';
import { fieldNames, readNumber } from '../../../tracking/readUpdate.ts';
import type { Made, TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { refreshed } from '../refreshed.ts';
import { type Members, membersOf, textIn, toldBack } from '../said.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { codeOf, messageOf } from './errors.ts';
import { checkAsked, fieldsIn, v4Fields } from './fields.ts';
import { archivedIn, filterIn, pageIn } from './filter.ts';
import { archivedV4, idIn, namedV4, trackingV4 } from './trackingV4.ts';

export interface TrackingsV4Services {
  readonly trackings: Trackings;
  readonly trackingPages: TrackingPages;
}

const one = { access: 'write', perSecond: 10, refusedData: null } as const;

export function trackingEndpoints({ trackings, trackingPages }: TrackingsV4Services): readonly Endpoint[] {
  return [
    {
      ...one,
      ...{ methods: ['POST'], path: '/trackings/create', perSecond: 3 },
      async answer({ account, body }) {
        const [made] = await trackings.createNew(account.id, [draftIn(membersOf(onlyOf(body)))]);
        return trackingV4(trackingOf(made as Made, account), account);
      },
    },
    {
      ...{ methods: ['GET'], path: '/trackings/get', access: 'read', perSecond: 10, refusedData: [] },
      async answer({ account, actor, query }) {
        const page = await trackingPages.read(account.id, filterIn(query, account), {
          ...pageIn(query),
          reader: actor,
        });
        return page.map((tracking) => trackingV4(tracking, account));
      },
    },
    {
      ...one,
      ...{ methods: ['POST'], path: '/trackings/batch' },
      answer: ({ account, body }) => createMany(trackings, account, itemsIn(body)),
    },
    {
      ...one,
      ...{ methods: ['PUT'], path: '/trackings/update/:id' },
      async answer({ account, params, body }) {
        const said = membersOf(body);
        const before = await trackings.get(account.id, idIn(params));
        const newCourierCode = textIn(said, 'courier_code_new') ?? undefined;
        const archived = archivedIn(said) ?? undefined;
        const changes = { fields: fieldsIn(said), newCourierCode, archived };
        return updatedV4(await trackings.change(account.id, before.id, changes), before);
      },
    },
    {
      ...one,
      ...{ methods: ['DELETE'], path: '/trackings/delete/:id' },
      async answer({ account, params }) {
        const tracking = await trackings.get(account.id, idIn(params));
        await trackings.remove(account.id, tracking.id);
        return namedV4(tracking);
      },
    },
    {
      ...one,
      ...{ methods: ['POST'], path: '/trackings/retrack/:id' },
      answer: async ({ account, params }) => namedV4(await trackings.retrack(account.id, idIn(params))),
    },
    {
      ...one,
      ...{ methods: ['POST'], path: '/trackings/realtime' },
      async answer({ account, body }) {
        const [made] = await trackings.createNew(account.id, [draftIn(membersOf(onlyOf(body)))]);
        const known = (made as Made).ok ? null : (made as Extract<Made, { ok: false }>).existing;
        const tracking =
          known === null ? trackingOf(made as Made, account) : await refreshed(trackings, known);
        return trackingV4(tracking, account);
      },
    },
  ];
}

/** @throws Refusal 4111, 4121, 4122, AppError */
function draftIn(said: Members): TrackingDraft {
  const number = textIn(said, 'tracking_number');
  if (number === null) throw new Refusal(4111);
  const normal = readNumber(number);
  if (normal === null) throw new AppError('number_invalid');
  const courierCode = textIn(said, 'courier_code')?.trim() ?? confidentCourier(normal);
  if (courierCode === null) throw new Refusal(4121);
  if (courierOf(courierCode) === null) throw new AppError('courier_unknown');
  const fields = fieldsIn(said);
  checkAsked(courierCode, fields);
  return { number, courierCode, fields };
}

/** Clients that know the batch alone send one in a list. */
function onlyOf(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : body;
}

/** The one that was made. @throws Refusal 4101 with the one that there is, AppError */
function trackingOf(made: Made, account: Account): Tracking {
  if (made.ok) return made.tracking;
  if (made.existing !== null) throw new Refusal(4101, { data: trackingV4(made.existing, account) });
  throw new AppError(made.problem);
}

/** A list, or `{"trackings": […]}`. @throws Refusal 4103, 4111 */
function itemsIn(body: unknown): readonly Members[] {
  const { trackings } = membersOf(body);
  const items = Array.isArray(body) ? body : Array.isArray(trackings) ? trackings : null;
  if (items === null || items.length === 0) throw new Refusal(4111);
  if (items.length > limits.trackingsPerCallMax) throw new Refusal(4103);
  return items.map(membersOf);
}

/** Each is made or told what is wrong with it, in their order; the others are made all the same. */
async function createMany(trackings: Trackings, account: Account, items: readonly Members[]) {
  const readings = items.map(readItem);
  const drafts = readings.flatMap(({ draft }) => draft ?? []);
  const made = await trackings.createNew(account.id, drafts);
  const success: unknown[] = [];
  const error: unknown[] = [];
  let next = 0;
  for (const { item, draft, refusal } of readings) {
    if (draft === null) {
      error.push(errorItem(item, refusal, null));
      continue;
    }
    const result = made[next++] as Made;
    if (result.ok) success.push(namedV4(result.tracking));
    else error.push(errorItem(item, new AppError(result.problem), result.existing));
  }
  return { success, error };
}

/** @throws whatever is no refusal of the item */
function readItem(item: Members) {
  try {
    return { item, draft: draftIn(item), refusal: null };
  } catch (refusal) {
    if (refusal instanceof AppError || refusal instanceof Refusal) return { item, draft: null, refusal };
    throw refusal;
  }
}

function errorItem(item: Members, refusal: AppError | Refusal | null, existing: Tracking | null) {
  const { code, about } = codeOf(refusal as AppError | Refusal);
  return {
    ...(existing === null
      ? {
          id: null,
          tracking_number: toldBack(item.tracking_number),
          courier_code: toldBack(item.courier_code),
        }
      : namedV4(existing)),
    errorCode: code,
    errorMessage: messageOf(code, about),
  };
}

function updatedV4(tracking: Tracking, before: Tracking) {
  const said: Record<string, string | null> = {};
  const byName = Object.fromEntries(
    Object.entries(fieldNames).map(([field, name]) => [
      name,
      tracking.fields[field as keyof typeof fieldNames],
    ]),
  );
  for (const [wireName, name] of Object.entries(v4Fields)) {
    if (name !== 'language') said[wireName.replace('_country_iso2', '_country')] = byName[name] ?? null;
  }
  return {
    ...namedV4(before),
    courier_code_new: tracking.courierCode === before.courierCode ? null : tracking.courierCode,
    ...said,
    archived_status: archivedV4(tracking),
  };
}
