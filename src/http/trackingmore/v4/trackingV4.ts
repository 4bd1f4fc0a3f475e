/** A tracking as v4 answers it: what its webhook tells, as it is now, and what a webhook leaves out. */
import { bareId } from '../../../base/id.ts';
import { courierOf } from '../../../couriers/catalogue.ts';
import type { Account } from '../../../domain/account.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { fieldsJson } from '../../../tracking/readUpdate.ts';
import { currentRenderingOf } from '../../../tracking/rendering.ts';
import { dataV4 } from '../../../wire/v4.ts';
import { v4Fields } from './fields.ts';

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

function archivedV4({ archived }: Pick<Tracking, 'archived'>): string {
  return archived ? 'archived' : 'tracking';
}

/** One that was edited just now, under the courier that it had before. */
export function updatedV4(tracking: Tracking, before: Tracking) {
  const own = fieldsJson(tracking.fields);
  const said: Record<string, string | null> = {};
  for (const [wireName, name] of Object.entries(v4Fields)) {
    if (name !== 'language') said[wireName.replace('_country_iso2', '_country')] = own[name];
  }
  return {
    ...namedV4(before),
    courier_code_new: tracking.courierCode === before.courierCode ? null : tracking.courierCode,
    ...said,
    archived_status: archivedV4(tracking),
  };
}
