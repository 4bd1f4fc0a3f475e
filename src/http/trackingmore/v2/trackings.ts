/** One parcel: `post`, the one at `{carrier_code}/{tracking_number}`, `realtime`, `update`; and the list, `get`. */
import type { Clock } from '../../../base/clock.ts';
import { courierOf } from '../../../couriers/catalogue.ts';
import { confidentCourier } from '../../../couriers/numbers/detect.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import type { TrackingPages } from '../../../tracking/pages.ts';
import type { Made, TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { refreshed } from '../refreshed.ts';
import { type Members, membersOf, textIn } from '../said.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { carrierIn, changesIn, checkAsked, fieldsIn, numberIn } from './fields.ts';
import { filterIn, pageIn } from './filter.ts';
import { read, saidIn, write } from './reading.ts';
import { createdV2, trackingV2, updatedV2 } from './trackingV2.ts';

export interface TrackingsV2Services {
  readonly trackings: Trackings;
  readonly trackingPages: TrackingPages;
  readonly clock: Clock;
}

const atNumber = '/trackings/:carrier_code/:tracking_number';

export function trackingEndpoints(services: TrackingsV2Services): readonly Endpoint[] {
  const { trackings, trackingPages, clock } = services;
  return [
    {
      ...write,
      path: '/trackings/post',
      async answer({ account, body }) {
        const [made] = await trackings.createNew(account.id, [draftIn(membersOf(onlyOf(body)))]);
        if (!(made as Made).ok) throw new AppError((made as Extract<Made, { ok: false }>).problem);
        return createdV2((made as Extract<Made, { ok: true }>).tracking, account);
      },
    },
    ...[atNumber, `${atNumber}/:lang`].map(
      (path): Endpoint => ({
        ...read,
        ...{ methods: ['GET'], path },
        async answer({ account, params }) {
          const tracking = await findIn(trackings, account, params);
          if (tracking === null) throw new Refusal(4031);
          return trackingV2(tracking, account, clock.now());
        },
      }),
    ),
    {
      ...write,
      // The oldest PHP client means PUT, and its library sends POST where there is a body.
      ...{ methods: ['PUT', 'POST'], path: atNumber },
      answer: async ({ account, params, body }) =>
        updatedV2(await edited(trackings, account, { ...membersOf(body), ...params }), account),
    },
    {
      ...write,
      ...{ methods: ['DELETE'], path: atNumber },
      async answer({ account, params }) {
        await trackings.remove(account.id, (await theOneIn(trackings, account, params)).id);
        return [];
      },
    },
    {
      ...read,
      path: '/trackings/get',
      async answer(asked) {
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
      },
    },
    {
      ...write,
      ...{ path: '/trackings/realtime', perSecond: 3 },
      async answer({ account, body }) {
        const [made] = await trackings.createNew(account.id, [draftIn(membersOf(onlyOf(body)))]);
        const tracking = await asNewAsCanBe(trackings, made as Made);
        return { items: [trackingV2(tracking, account, clock.now())] };
      },
    },
    {
      ...write,
      path: '/trackings/update',
      async answer({ account, body }) {
        const said = membersOf(onlyOf(body));
        const tracking = await theOneIn(trackings, account, said);
        const newCourierCode = carrierIn(said, 'update_carrier_code');
        await trackings.change(account.id, tracking.id, { fields: {}, newCourierCode });
        return { Usertag: '' };
      },
    },
  ];
}

/** @throws Refusal 4012, 4013, 4015, 4032, AppError */
export function draftIn(said: Members): TrackingDraft {
  const { number, raw } = numberIn(said);
  const courierCode = textIn(said, 'carrier_code')?.trim() ?? confidentCourier(number);
  if (courierCode === null) throw new Refusal(4032);
  if (courierOf(courierCode) === null) throw new Refusal(4015);
  const fields = fieldsIn(said);
  checkAsked(courierCode, fields);
  return { number: raw, courierCode, fields };
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

/** Clients that know the batch alone send one in a list. */
function onlyOf(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : body;
}

async function asNewAsCanBe(trackings: Trackings, made: Made): Promise<Tracking> {
  if (made.ok) return made.tracking;
  if (made.existing === null) throw new AppError(made.problem);
  return refreshed(trackings, made.existing);
}
