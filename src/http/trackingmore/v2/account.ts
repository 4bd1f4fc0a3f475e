/** What is told of the account: `getuserinfo` and `getstatusnumber`. */
import type { Clock } from '../../../base/clock.ts';
import type { TrackingPages } from '../../../tracking/pages.ts';
import type { Endpoint } from '../skin.ts';
import { read, saidIn } from './endpoint.ts';
import { meantBy, periodIn, statusesV2 } from './filter.ts';

export interface AccountV2Services {
  readonly trackingPages: TrackingPages;
  readonly clock: Clock;
}

/** There is no quota; programs stop where little is left of one. */
const quotaLeft = 999_999_999;

export function accountEndpoints({ trackingPages, clock }: AccountV2Services): readonly Endpoint[] {
  return [
    read('/trackings/getuserinfo', ({ seenAccount: account }) => ({
      email: account.signingEmail,
      regtime: String(Math.floor(account.createdAt / 1000)),
      phone: null,
      money: 0,
      track_number: quotaLeft,
    })),
    read('/trackings/getstatusnumber', async (asked) => {
      const { account } = asked;
      const period = periodIn({ said: saidIn(asked), account, now: clock.now() });
      const counts = statusesV2.map(async (status) => [
        status,
        await trackingPages.count(account.id, { ...period, statuses: meantBy(status) }),
      ]);
      return Object.fromEntries(await Promise.all(counts));
    }),
  ];
}
