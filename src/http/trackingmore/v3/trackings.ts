/** What v3 does with trackings, by number and courier: they have no ids here. */
import { courierOf } from '../../../couriers/catalogue.ts';
import { confidentCourier } from '../../../couriers/numbers/detect.ts';
import type { Account } from '../../../domain/account.ts';
import { limits } from '../../../domain/limits.ts';
import { foldStatus, STATUSES } from '../../../domain/status.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { anyTracking } from '../../../store/store.ts';
import type { TrackingPages } from '../../../tracking/pages.ts';
import type { TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { doneTogether } from '../done.ts';
import { lackingToChange, lackingToMake } from '../lacking.ts';
import { asNewAsCanBe, trackingOf } from '../realtime.ts';
import type { Members } from '../said.ts';
import { type Asked, Refusal } from '../skin.ts';
import { type Action, onlyIn, read, saidOf, write } from './action.ts';
import { courierIn, isArchivedIn, newCourierIn, numberIn, ownFieldsIn, statusIn } from './fields.ts';
import { filterIn, pageIn } from './filter.ts';
import { dealWith, type Items, itemsIn, itemsOf } from './items.ts';
import { namedV3, realtimeV3, trackingV3 } from './trackingV3.ts';

export interface TrackingsV3Services {
  readonly trackings: Pick<
    Trackings,
    'createNew' | 'find' | 'list' | 'change' | 'remove' | 'archive' | 'stop' | 'refresh'
  >;
  readonly trackingPages: TrackingPages;
}

export function trackingActions({ trackings, trackingPages }: TrackingsV3Services): readonly Action[] {
  /** An action on each of several, with what is to be done with one that there is. */
  const onEach =
    (deal: (tracking: Tracking, item: Members) => Promise<unknown>) =>
    ({ account, body }: Asked): Promise<Items> =>
      dealWith(itemsIn(body), async (item) => {
        const tracking = await findIn(trackings, account, item);
        await deal(tracking, item);
        return namedV3(tracking);
      });

  return [
    // A known client creates with PUT.
    write(['POST', 'PUT'], ['create'], async ({ account, body }) => {
      const made = await doneTogether(itemsIn(body), {
        read: (item) => draftIn(trackings, account, item),
        all: (drafts) => trackings.createNew(account.id, drafts),
        tell: (one) => namedV3(trackingOf(one)),
      });
      return itemsOf(made);
    }),
    {
      ...read(['get'], async (asked) => {
        const { account } = asked;
        const said = saidOf(asked);
        const page = await trackingPages.read(account.id, filterIn(said, account), {
          ...pageIn(said),
          reader: asked.actor,
        });
        if (page.length === 0) throw new Refusal(204);
        return page.map((tracking) => trackingV3(tracking, account));
      }),
      refusedData: [],
    },
    write(['POST'], ['realtime'], async ({ account, body }) => {
      const draft = await draftIn(trackings, account, onlyIn(body));
      return realtimeV3(await asNewAsCanBe(trackings, account.id, draft), account);
    }),
    read(['count'], async (asked) => {
      const { account } = asked;
      return { total: await trackingPages.count(account.id, filterIn(saidOf(asked), account)) };
    }),
    read(['status'], async (asked) => {
      const { account } = asked;
      const filter = filterIn(saidOf(asked), account);
      const counts: Record<string, number> = {};
      for (const status of new Set(filter.statuses ?? STATUSES)) {
        const folded = foldStatus('v3', status);
        const count = await trackingPages.count(account.id, { ...filter, statuses: [status] });
        counts[folded] = (counts[folded] ?? 0) + count;
      }
      return { ...noneOfEach, ...counts };
    }),
    write(['PUT'], ['modifyinfo'], ({ account, body }) =>
      dealWith(itemsIn(body), async (item) => {
        const { id } = await findIn(trackings, account, item);
        const changes = {
          ...{ fields: ownFieldsIn(item), status: statusIn(item) },
          archived: isArchivedIn(item) ?? undefined,
        };
        return namedV3(await trackings.change(account.id, id, changes));
      }),
    ),
    write(['PUT'], ['modifycourier', 'modifycarrier'], async ({ account, body }) => {
      const said = onlyIn(body);
      const newCourierCode = newCourierIn(said);
      const tracking = await findIn(trackings, account, said);
      if (lackingToChange(tracking, newCourierCode) !== null) throw new Refusal(421);
      await trackings.change(account.id, tracking.id, { fields: {}, newCourierCode });
      return { tracking_number: tracking.rawNumber, courier_code: newCourierCode };
    }),
    write(
      ['POST'],
      ['archive'],
      onEach(({ accountId, id }, item) => trackings.archive(accountId, id, isArchivedIn(item) ?? true)),
    ),
    write(
      ['DELETE'],
      ['delete'],
      onEach(({ accountId, id }) => trackings.remove(accountId, id)),
    ),
    write(
      ['POST'],
      ['notupdate'],
      onEach(({ accountId, id }) => trackings.stop(accountId, id)),
    ),
    // Its courier is asked now; or, where a status is said, that one is set by hand.
    write(
      ['POST'],
      ['manualupdate'],
      onEach(({ accountId, id }, item) => {
        const status = statusIn(item);
        return status === undefined
          ? trackings.refresh(accountId, id)
          : trackings.change(accountId, id, { fields: {}, status });
      }),
    ),
  ];
}

const noneOfEach = {
  ...{ pending: 0, notfound: 0, transit: 0, pickup: 0 },
  ...{ delivered: 0, expired: 0, undelivered: 0, exception: 0 },
};

/**
 * The one that an item means. A courier may be left out where the number has no more than one.
 * @throws Refusal 417, 421, 424, AppError
 */
async function findIn(
  trackings: TrackingsV3Services['trackings'],
  account: Account,
  said: Members,
): Promise<Tracking> {
  const { number } = numberIn(said);
  const courierCode = courierIn(said);
  if (courierCode !== null) {
    const found = await trackings.find(account.id, number, courierCode);
    if (found === null) throw new Refusal(424);
    return found;
  }
  const page = { after: null, limit: limits.livesPerNumberMax };
  const { items } = await trackings.list(account.id, { ...anyTracking, numbers: [number] }, page);
  const [newest] = items;
  if (newest === undefined) throw new Refusal(424);
  if (items.some((other) => other.courierCode !== newest.courierCode)) throw new Refusal(421);
  return newest;
}

/** @throws Refusal 411, 417, 421, 422, AppError */
async function draftIn(
  trackings: TrackingsV3Services['trackings'],
  account: Account,
  said: Members,
): Promise<TrackingDraft> {
  const { number, raw } = numberIn(said);
  const courierCode = courierIn(said) ?? confidentCourier(number);
  if (courierCode === null || courierOf(courierCode) === null) throw new Refusal(422);
  const draft = { number: raw, courierCode, fields: ownFieldsIn(said) };
  if ((await lackingToMake(trackings, account.id, draft)) !== null) throw new Refusal(421);
  return draft;
}
