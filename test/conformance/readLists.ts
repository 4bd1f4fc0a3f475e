/** Every list of a store, asked for in every way. */
import { anyTracking, type DeliveryFilter, type Store, type TrackingFilter } from '../../src/store/store.ts';
import { aParcel, changeOf, commit, everything, ids } from './world.ts';

/** Reads every list with every filter, and with several at once: their statements are made when they are asked for. */
export async function readLists(store: Store): Promise<void> {
  const accountId = ids.next('acc');
  // The embedded store reads the lives of a number one by one, so there is one.
  await commit(store, changeOf(aParcel(accountId, { number: 'N' })));
  await store.trackingCounts(accountId);
  await store.attentionCounts(accountId, 10);
  await store.views(accountId);
  await store.view(accountId, 'none');
  const trackingFilters: Partial<TrackingFilter>[] = [
    {},
    { statuses: ['transit'] },
    { courierCode: 'usps' },
    { statuses: ['transit', 'pending'] },
    { updatedFrom: 1, updatedTo: 2 },
    { numbers: ['N'] },
    { orderIds: ['O'] },
    { numbers: ['N'], orderIds: ['O'] },
    { orderNumbers: ['O'], courierCode: 'usps' },
    { archived: true },
    { createdFrom: 1, createdTo: 2 },
    { numbers: ['N'], createdFrom: 1, createdTo: 2 },
    { statuses: ['transit'], courierCode: 'usps', createdFrom: 1 },
    { search: { text: 'n', number: 'N' } },
    { search: { text: 'ada', number: null }, statuses: ['transit'], attention: ['stalled'] },
    { attention: ['exception', 'stalled'] },
    { attention: ['returned'], courierCode: 'usps', archived: false, createdFrom: 1 },
    { numbers: ['N'], search: { text: 'n', number: 'N' }, attention: ['expired'] },
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
      await store.trackings(accountId, { ...anyTracking, ...filter }, { after, limit: 10 });
      await store.skipTrackings(accountId, { ...anyTracking, ...filter }, { after, limit: 10 });
    }
    for (const filter of deliveryFilters) {
      await store.deliveries(accountId, { ...everything, ...filter }, { after, limit: 10 });
      await store.deliveriesFrom(accountId, { ...everything, ...filter }, { after, limit: 10 });
    }
  }
}
