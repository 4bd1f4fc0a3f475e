/** What v3 does with trackings, by number and courier: they have no ids here. */
import { courierOf } from '../../../couriers/catalogue.ts';
import { confidentCourier } from '../../../couriers/numbers/detect.ts';
import type { Account } from '../../../domain/account.ts';
import { AppError } from '../../../domain/error.ts';
import { limits } from '../../../domain/limits.ts';
import { foldStatus, STATUSES } from '../../../domain/status.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { anyTracking } from '../../../store/store.ts';
import type { TrackingPages } from '../../../tracking/pages.ts';
import type { Made, TrackingDraft, Trackings } from '../../../tracking/trackings.ts';
import { refreshed } from '../refreshed.ts';
import type { Members } from '../said.ts';
import { type Asked, Refusal } from '../skin.ts';
import { type Action, onlyIn, reading, saidOf } from './action.ts';
import { checkAsked, courierIn, fieldsIn, isArchivedIn, newCourierIn, numberIn, statusIn } from './fields.ts';
import { filterIn, pageIn } from './filter.ts';
import { dealTogether, dealWith, type Items, itemsIn } from './items.ts';
import { namedV3, realtimeV3, trackingV3 } from './trackingV3.ts';

export interface TrackingsV3Services {
  readonly trackings: Pick<
    Trackings,
    'createNew' | 'find' | 'list' | 'change' | 'remove' | 'archive' | 'stop' | 'refresh'
  >;
  readonly trackingPages: TrackingPages;
}

const writing = { access: 'write', refusedData: null } as const;

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
    {
      ...writing,
      // A known client creates with PUT.
      ...{ methods: ['POST', 'PUT'], names: ['create'] },
      answer: ({ account, body }) => createMany(trackings, account, itemsIn(body)),
    },
    {
      ...reading,
      ...{ names: ['get'], refusedData: [] },
      async answer(asked) {
        const { account } = asked;
        const said = saidOf(asked);
        const page = await trackingPages.read(account.id, filterIn(said, account), {
          ...pageIn(said),
          reader: asked.actor,
        });
        if (page.length === 0) throw new Refusal(204);
        return page.map((tracking) => trackingV3(tracking, account));
      },
    },
    {
      ...writing,
      ...{ methods: ['POST'], names: ['realtime'] },
      async answer({ account, body }) {
        const [made] = (await trackings.createNew(account.id, [draftIn(onlyIn(body))])) as [Made];
        if (made.ok) return realtimeV3(made.tracking, account);
        if (made.existing === null) throw new AppError(made.problem);
        return realtimeV3(await refreshed(trackings, made.existing), account);
      },
    },
    {
      ...reading,
      ...{ names: ['count'], refusedData: null },
      async answer(asked) {
        const { account } = asked;
        return { total: await trackingPages.count(account.id, filterIn(saidOf(asked), account)) };
      },
    },
    {
      ...reading,
      ...{ names: ['status'], refusedData: null },
      async answer(asked) {
        const { account } = asked;
        const filter = filterIn(saidOf(asked), account);
        const counts: Record<string, number> = {};
        for (const status of new Set(filter.statuses ?? STATUSES)) {
          const folded = foldStatus('v3', status);
          const count = await trackingPages.count(account.id, { ...filter, statuses: [status] });
          counts[folded] = (counts[folded] ?? 0) + count;
        }
        return { ...noneOfEach, ...counts };
      },
    },
    {
      ...writing,
      ...{ methods: ['PUT'], names: ['modifyinfo'] },
      answer: ({ account, body }) =>
        dealWith(itemsIn(body), async (item) => {
          const { id } = await findIn(trackings, account, item);
          const changes = {
            ...{ fields: fieldsIn(item), status: statusIn(item) },
            archived: isArchivedIn(item) ?? undefined,
          };
          return namedV3(await trackings.change(account.id, id, changes));
        }),
    },
    {
      ...writing,
      ...{ methods: ['PUT'], names: ['modifycourier', 'modifycarrier'] },
      async answer({ account, body }) {
        const said = onlyIn(body);
        const newCourierCode = newCourierIn(said);
        const { id, rawNumber } = await findIn(trackings, account, said);
        await trackings.change(account.id, id, { fields: {}, newCourierCode });
        return { tracking_number: rawNumber, courier_code: newCourierCode };
      },
    },
    {
      ...writing,
      ...{ methods: ['POST'], names: ['archive'] },
      answer: onEach(({ accountId, id }, item) =>
        trackings.archive(accountId, id, isArchivedIn(item) ?? true),
      ),
    },
    {
      ...writing,
      ...{ methods: ['DELETE'], names: ['delete'] },
      answer: onEach(({ accountId, id }) => trackings.remove(accountId, id)),
    },
    {
      ...writing,
      ...{ methods: ['POST'], names: ['notupdate'] },
      answer: onEach(({ accountId, id }) => trackings.stop(accountId, id)),
    },
    {
      ...writing,
      ...{ methods: ['POST'], names: ['manualupdate'] },
      // Its courier is asked now; or, where a status is said, that one is set by hand.
      answer: onEach(({ accountId, id }, item) => {
        const status = statusIn(item);
        return status === undefined
          ? trackings.refresh(accountId, id)
          : trackings.change(accountId, id, { fields: {}, status });
      }),
    },
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
function draftIn(said: Members): TrackingDraft {
  const { number, raw } = numberIn(said);
  const courierCode = courierIn(said) ?? confidentCourier(number);
  if (courierCode === null || courierOf(courierCode) === null) throw new Refusal(422);
  const fields = fieldsIn(said);
  checkAsked(courierCode, fields);
  return { number: raw, courierCode, fields };
}

/** In one transaction. */
function createMany(
  trackings: TrackingsV3Services['trackings'],
  account: Account,
  items: readonly Members[],
): Promise<Items> {
  return dealTogether(items, {
    read: draftIn,
    all: (drafts) => trackings.createNew(account.id, drafts),
    tell(made) {
      if (!made.ok) throw new AppError(made.problem);
      return namedV3(made.tracking);
    },
  });
}
