/** `trackings/…`: create, get, update, delete, retrack, and the undocumented `realtime`. */
import type { Id } from '../../../base/id.ts';
import { courierOf } from '../../../couriers/catalogue.ts';
import { confidentCourier } from '../../../couriers/numbers/detect.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import type { TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { fieldsIn } from '../fieldNames.ts';
import { lackingToChange, lackingToMake } from '../lacking.ts';
import { asNewAsCanBe, createOne, trackingOf } from '../realtime.ts';
import { archivedIn, type Members, membersOf, numberOf, onlyMembersOf, textIn } from '../said.ts';
import type { TrackingmoreServices } from '../services.ts';
import { type Endpoint, Refusal } from '../skin.ts';
import { read, write } from './endpoint.ts';
import { v4Fields } from './fields.ts';
import { filterIn, pageIn } from './filter.ts';
import { namedV4, trackingV4, updatedV4 } from './trackingV4.ts';

export function trackingEndpoints({ trackings, trackingPages }: TrackingmoreServices): readonly Endpoint[] {
  return [
    {
      ...write(['POST'], '/trackings/create', async ({ account, body }) => {
        const draft = await draftIn(trackings, account, onlyMembersOf(body));
        const made = await createOne(trackings, account.id, draft);
        if (!made.ok && made.existing !== null)
          throw new Refusal(4101, { data: trackingV4(made.existing, account) });
        return trackingV4(trackingOf(made), account);
      }),
      perSecond: 3,
    },
    read('/trackings/get', async ({ account, actor, query }) => {
      const page = await trackingPages.read(account.id, filterIn(query, account), {
        ...pageIn(query),
        reader: actor,
      });
      return page.map((tracking) => trackingV4(tracking, account));
    }),
    write(['PUT'], '/trackings/update/:id', async ({ account, params, body }) => {
      const said = membersOf(body);
      const before = await trackings.get(account.id, idIn(params));
      const newCourierCode = textIn(said, 'courier_code_new') ?? undefined;
      const archived = archivedIn(said, 'archived_status') ?? undefined;
      const fields = fieldsIn(said, v4Fields);
      if (newCourierCode !== undefined && lackingToChange(before, newCourierCode, fields) !== null)
        throw new Refusal(4122);
      const changes = { fields, newCourierCode, archived };
      return updatedV4(await trackings.change(account.id, before.id, changes), before);
    }),
    write(['DELETE'], '/trackings/delete/:id', async ({ account, params }) => {
      const tracking = await trackings.get(account.id, idIn(params));
      await trackings.remove(account.id, tracking.id);
      return namedV4(tracking);
    }),
    write(['POST'], '/trackings/retrack/:id', async ({ account, params }) =>
      namedV4(await trackings.retrack(account.id, idIn(params))),
    ),
    write(['POST'], '/trackings/realtime', async ({ account, body }) => {
      const draft = await draftIn(trackings, account, onlyMembersOf(body));
      const tracking = await asNewAsCanBe(trackings, account.id, draft);
      return trackingV4(tracking, account);
    }),
  ];
}

/** @throws Refusal 4111, 4121, 4122, AppError */
export async function draftIn(trackings: Trackings, account: Account, said: Members): Promise<TrackingDraft> {
  const number = textIn(said, 'tracking_number');
  if (number === null) throw new Refusal(4111);
  const normal = numberOf(number);
  const courierCode = textIn(said, 'courier_code') ?? confidentCourier(normal);
  if (courierCode === null) throw new Refusal(4121);
  if (courierOf(courierCode) === null) throw new AppError('courier_unknown');
  const draft = { number, courierCode, fields: fieldsIn(said, v4Fields) };
  if ((await lackingToMake(trackings, account.id, draft)) !== null) throw new Refusal(4122);
  return draft;
}

/** An id in an address. @throws Refusal 4112 */
function idIn({ id = '' }: Readonly<Record<string, string>>): Id<'trk'> {
  if (!/^[0-9a-f]{32}$/i.test(id)) throw new Refusal(4112);
  return `trk_${id.toLowerCase()}`;
}
