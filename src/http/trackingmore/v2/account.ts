/** What is told of the account: `getuserinfo` and `getstatusnumber`. */
import type { TrackingmoreServices } from '../services.ts';
import type { Endpoint } from '../skin.ts';
import { registeredAt, userOf } from '../user.ts';
import { read, saidIn } from './endpoint.ts';
import { meantBy, periodIn, statusesV2 } from './filter.ts';

export function accountEndpoints({ trackingPages, clock }: TrackingmoreServices): readonly Endpoint[] {
  return [
    read('/trackings/getuserinfo', ({ seenAccount: account }) => ({
      ...userOf(account),
      regtime: String(registeredAt(account)),
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
