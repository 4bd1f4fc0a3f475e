/** Every list of a store, asked for in every way. */
import type { DeliveryFilter, Store, TrackingFilter } from '../../src/store/store.ts';
import { aParcel, changeOf, commit, everything, ids } from './world.ts';

/** Reads every list with every filter, and with several at once: their statements are made when they are asked for. */
export async function readLists(store: Store): Promise<void> {
  const accountId = ids.next('acc');
  // The embedded store reads the lives of a number one by one, so there is one.
  await commit(store, changeOf(aParcel(accountId, { number: 'N' })));
  const noTrackings = {
    status: null,
    courierCode: null,
    number: null,
    archived: null,
    createdFrom: null,
    createdTo: null,
  };
  const trackingFilters: Partial<TrackingFilter>[] = [
    {},
    { status: 'transit' },
    { courierCode: 'usps' },
    { number: 'N' },
    { archived: true },
    { createdFrom: 1, createdTo: 2 },
    { number: 'N', createdFrom: 1, createdTo: 2 },
    { status: 'transit', courierCode: 'usps', createdFrom: 1 },
  ];
  const deliveryFilters: Partial<DeliveryFilter>[] = [
    {},
    { state: 'waiting' },
    { state: 'parked' },
    { state: 'accepted' },
    { webhookId: 'wh' },
    { trackingId: 'trk' },
    { trackingId: 'trk', webhookId: 'wh', state: 'waiting' },
    { createdFrom: 1, createdTo: 2 },
    { trackingId: 'trk', createdFrom: 1, createdTo: 2 },
  ];
  for (const after of [null, 'x']) {
    for (const filter of trackingFilters) {
      await store.trackings(accountId, { ...noTrackings, ...filter }, { after, limit: 10 });
    }
    for (const filter of deliveryFilters) {
      await store.deliveries(accountId, { ...everything, ...filter }, { after, limit: 10 });
      await store.deliveriesFrom(accountId, { ...everything, ...filter }, { after, limit: 10 });
    }
  }
}
