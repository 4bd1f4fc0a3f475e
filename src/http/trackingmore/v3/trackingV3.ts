/** A tracking as v3 answers it: what its webhook tells, as it is now, and what a webhook leaves out. */
import { bareId } from '../../../base/id.ts';
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { currentRenderingOf } from '../../../tracking/rendering.ts';
import { dataV3 } from '../../../wire/v3.ts';

export function trackingV3(tracking: Tracking, { timeZone }: Pick<Account, 'timeZone'>) {
  const data = dataV3(currentRenderingOf({ tracking, timeZone, courierOf }));
  return { ...data, archived: tracking.archived, updating: data.updating && !tracking.stopped };
}

/** `realtime` tells two things more. */
export function realtimeV3(tracking: Tracking, account: Pick<Account, 'timeZone'>) {
  return { id: bareId(tracking.id), sign_supported: null, ...trackingV3(tracking, account) };
}

/** What an answer tells of one that was only dealt with. */
export function namedV3({ rawNumber, courierCode, fields }: Tracking) {
  return { tracking_number: rawNumber, courier_code: courierCode, order_number: fields.orderNumber };
}
