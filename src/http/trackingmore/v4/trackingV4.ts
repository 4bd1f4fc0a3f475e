/** A tracking as v4 answers it: what its webhook tells, as it is now, and what a webhook leaves out. */
import { bareId, type Id } from '../../../base/id.ts';
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { currentRenderingOf } from '../../../tracking/rendering.ts';
import { dataV4 } from '../../../wire/v4.ts';
import { Refusal } from '../skin.ts';

export function trackingV4(tracking: Tracking, { timeZone }: Pick<Account, 'timeZone'>) {
  const data = dataV4(currentRenderingOf({ tracking, timeZone, courierOf }));
  return { ...data, archived: archivedV4(tracking), updating: data.updating && !tracking.stopped };
}

/** What an answer tells of one that was only dealt with. */
export function namedV4(tracking: Tracking) {
  return {
    id: bareId(tracking.id),
    tracking_number: tracking.rawNumber,
    courier_code: tracking.courierCode,
  };
}

export function archivedV4({ archived }: Pick<Tracking, 'archived'>): string {
  return archived ? 'archived' : 'tracking';
}

/** An id in an address. @throws Refusal 4112 */
export function idIn({ id = '' }: Readonly<Record<string, string>>): Id<'trk'> {
  if (!/^[0-9a-f]{32}$/i.test(id)) throw new Refusal(4112);
  return `trk_${id.toLowerCase()}`;
}
