/**
 * The client of Waybell's own API, `/api/v1`, for programs and for the commands of `waybell`: here its parts are put
 * together, one file a resource, and all that callers name is exported. Only Web APIs are used (fetch, URL, crypto), so it
 * runs in Node, Deno, Bun, a browser and an edge worker alike. How a request is made and repeated stands in `transport.ts`.
 */
import { makeAccount, makeAccounts } from './accounts.ts';
import { makeBackups } from './backups.ts';
import { makeCalls } from './calls.ts';
import { makeCourierCredentials } from './courierCredentials.ts';
import { makeCouriers } from './couriers.ts';
import { makeDeliveries } from './deliveries.ts';
import { makeEvents } from './events.ts';
import { makeInbox } from './inbox.ts';
import { makeKeys } from './keys.ts';
import { makeAudit, makeMembers } from './members.ts';
import { makeNotices } from './notices.ts';
import { makeOverview } from './overview.ts';
import { makePeople } from './people.ts';
import { makeServer } from './server.ts';
import { makeTrackings } from './trackings.ts';
import { type ClientOptions, makeTransport } from './transport.ts';
import { makeUpdates } from './updates.ts';
import { makeViews } from './views.ts';
import { makeWebhooks } from './webhooks.ts';

export type * from './accounts.ts';
export type * from './attempts.ts';
export type * from './backups.ts';
export type { WriteOptions } from './calls.ts';
export type * from './courierCredentials.ts';
export type * from './couriers.ts';
export type * from './deliveries.ts';
export type * from './events.ts';
export type * from './inbox.ts';
export type * from './keys.ts';
export type * from './members.ts';
export type * from './notices.ts';
export type * from './overview.ts';
export type { CursorList, Page, Query } from './pages.ts';
export type * from './people.ts';
export type { Status } from './status.ts';
export type * from './trackings.ts';
export type { ClientOptions } from './transport.ts';
export type * from './updates.ts';
export type * from './views.ts';
export { WaybellError } from './waybellError.ts';
export type * from './webhooks.ts';

export type Client = ReturnType<typeof makeClient>;

/** @throws TypeError where the URL is not one of http or https */
export function makeClient(options: ClientOptions) {
  const transport = makeTransport(options);
  const calls = makeCalls(transport);
  return {
    updates: makeUpdates(calls),
    trackings: makeTrackings(calls),
    views: makeViews(calls),
    webhooks: makeWebhooks(calls),
    deliveries: makeDeliveries(calls),
    events: makeEvents(calls),
    inbox: makeInbox(calls),
    couriers: makeCouriers(calls),
    courierCredentials: makeCourierCredentials(calls),
    accounts: makeAccounts(calls),
    account: makeAccount(calls),
    backups: makeBackups(calls),
    keys: makeKeys(calls),
    members: makeMembers(calls),
    people: makePeople(calls),
    notices: makeNotices(calls),
    audit: makeAudit(calls),
    overview: makeOverview(calls),
    /** Takes away what the first start made to be looked at. */
    samples: { remove: () => calls.remove<{ removed: number }>('/api/v1/samples') },
    server: makeServer(transport, calls),
  };
}
