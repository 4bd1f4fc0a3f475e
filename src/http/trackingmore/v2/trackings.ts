/** One parcel: `post`, the one at `{carrier_code}/{tracking_number}`, `realtime`, `update`; and the list, `get`. */
import { courierOf } from '../../../couriers/catalogue.ts';
import { confidentCourier } from '../../../couriers/numbers/detect.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import type { FieldName } from '../../../tracking/readUpdate.ts';
import type { TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { fieldsIn, wireNameOf } from '../fieldNames.ts';
import { lackingToChange, lackingToMake } from '../lacking.ts';
import { asNewAsCanBe, createOne, trackingOf } from '../realtime.ts';
import { type Members, onlyMembersOf, textIn } from '../said.ts';
import type { TrackingmoreServices } from '../services.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { read, saidIn, write } from './endpoint.ts';
import { allNames, carrierIn, changesIn, numberIn, v2Fields } from './fields.ts';
import { filterIn, pageIn } from './filter.ts';
import { createdV2, trackingV2, updatedV2 } from './trackingV2.ts';

const atNumber = '/trackings/:carrier_code/:tracking_number';

export function trackingEndpoints(services: TrackingmoreServices): readonly Endpoint[] {
  const { trackings, trackingPages, clock } = services;
  return [
    write(['POST'], '/trackings/post', async ({ account, body }) => {
      const draft = await draftIn(trackings, account, onlyMembersOf(body));
      const made = await createOne(trackings, account.id, draft);
      return createdV2(trackingOf(made), account);
    }),
    ...[atNumber, `${atNumber}/:lang`].map(
      (path): Endpoint => ({
        ...read(path, async ({ account, params }) => {
          const tracking = await findIn(trackings, account, params);
          if (tracking === null) throw new Refusal(4031);
          return trackingV2(tracking, account, clock.now());
        }),
        // With POST it is edited.
        methods: ['GET'],
      }),
    ),
    // The oldest PHP client means PUT, and its library sends POST where there is a body.
    write(['PUT', 'POST'], atNumber, async ({ account, params, body }) =>
      updatedV2(await edited(trackings, account, { ...onlyMembersOf(body), ...params }), account),
    ),
    write(['DELETE'], atNumber, async ({ account, params }) => {
      await trackings.remove(account.id, (await theOneIn(trackings, account, params)).id);
      return [];
    }),
    read('/trackings/get', async (asked) => {
      const { account } = asked;
      const said = saidIn(asked);
      const now = clock.now();
      const filter = filterIn({ said, account, now });
      const page = pageIn(said);
      const items = await trackingPages.read(account.id, filter, { ...page, reader: asked.actor });
      const isNamed = filter.numbers !== null || filter.orderIds !== null;
      if (isNamed && items.length === 0 && page.number === 1) throw new Refusal(4031);
      // A total is remembered for some seconds, and may know less than the page shows.
      const shown = items.length === 0 ? 0 : (page.number - 1) * page.size + items.length;
      const total = Math.max(shown, await trackingPages.count(account.id, filter));
      return {
        page: page.number,
        limit: page.size,
        total: String(total),
        items: items.map((tracking) => trackingV2(tracking, account, now)),
      };
    }),
    {
      ...write(['POST'], '/trackings/realtime', async ({ account, body }) => {
        const draft = await draftIn(trackings, account, onlyMembersOf(body));
        const tracking = await asNewAsCanBe(trackings, account.id, draft);
        return { items: [trackingV2(tracking, account, clock.now())] };
      }),
      perSecond: 3,
    },
    write(['POST'], '/trackings/update', async ({ account, body }) => {
      const said = onlyMembersOf(body);
      const tracking = await theOneIn(trackings, account, said);
      const newCourierCode = carrierIn(said, 'update_carrier_code');
      checkNothingLacks(lackingToChange(tracking, newCourierCode));
      await trackings.change(account.id, tracking.id, { fields: {}, newCourierCode });
      return { Usertag: '' };
    }),
  ];
}

/** @throws Refusal 4012, 4013, 4015, 4032, AppError */
export async function draftIn(trackings: Trackings, account: Account, said: Members): Promise<TrackingDraft> {
  const { number, raw } = numberIn(said);
  const courierCode = textIn(said, 'carrier_code') ?? confidentCourier(number);
  if (courierCode === null) throw new Refusal(4032);
  if (courierOf(courierCode) === null) throw new Refusal(4015);
  const draft = { number: raw, courierCode, fields: fieldsIn(said, allNames) };
  checkNothingLacks(await lackingToMake(trackings, account.id, draft));
  return draft;
}

/** @throws Refusal 4012 */
function checkNothingLacks(name: FieldName | null): void {
  if (name !== null) throw new Refusal(4012, { about: wireNameOf(v2Fields, name) });
}

/** The one that number and courier name. @throws Refusal 4013, 4015, AppError `tracking_not_found` */
export async function theOneIn(trackings: Trackings, account: Account, said: Members): Promise<Tracking> {
  const tracking = await findIn(trackings, account, said);
  if (tracking === null) throw new AppError('tracking_not_found');
  return tracking;
}

export async function edited(trackings: Trackings, account: Account, said: Members): Promise<Tracking> {
  const { id } = await theOneIn(trackings, account, said);
  return trackings.change(account.id, id, changesIn(said));
}

async function findIn(trackings: Trackings, account: Account, said: Members): Promise<Tracking | null> {
  const { number } = numberIn(said);
  return trackings.find(account.id, number, carrierIn(said));
}
