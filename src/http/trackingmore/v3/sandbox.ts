/**
 * What the sandbox stands on: services that answer as the real ones do and keep nothing. What is sent is read, and refused, as
 * ever; whichever parcel is meant, there is one, and it is the sample shipment under that number and courier.
 */
import type { Id } from '../../../base/id.ts';
import { AppError } from '../../../domain/error.ts';
import type { Tracking } from '../../../domain/tracking.ts';
import { apply } from '../../../pipeline/apply.ts';
import { resolve } from '../../../pipeline/resolve.ts';
import { sampleShipment } from '../../../samples/shipment.ts';
import type { TrackingFilter } from '../../../store/store.ts';
import { readFields, readUpdate } from '../../../tracking/readUpdate.ts';
import type { Made, TrackingDraft } from '../../../tracking/trackings.ts';
import type { TrackingsV3Services } from './trackings.ts';

type AccountId = Tracking['accountId'];

/** Shortly after its last checkpoint. */
const sampleTime = Date.UTC(2016, 10, 15, 16);
const sampleId: Id<'trk'> = `trk_${'5'.repeat(32)}`;

export const sandboxServices: TrackingsV3Services = {
  trackings: {
    createNew: async (accountId, drafts) => drafts.map((draft) => makeOf(accountId, draft)),
    find: async (accountId, number, courierCode) => sampleOf(accountId, { number, courierCode }),
    list: async (accountId, filter) => ({ items: listOf(accountId, filter), next: null }),
    async change(accountId, _id, { fields }) {
      const reading = readFields(fields);
      if (!reading.ok) throw new AppError(reading.problem);
      return sampleOf(accountId);
    },
    remove: async () => {},
    archive: async (accountId) => sampleOf(accountId),
    stop: async (accountId) => sampleOf(accountId),
    refresh: async (accountId) => sampleOf(accountId),
  },
  trackingPages: {
    read: async (accountId, filter, { number, size }) =>
      listOf(accountId, filter).slice((number - 1) * size, number * size),
    count: async (accountId, filter) => listOf(accountId, filter).length,
  },
};

function makeOf(accountId: AccountId, { number, courierCode, fields }: TrackingDraft): Made {
  const reading = readUpdate(
    { number, courierCode, fields, scans: [], create: true },
    { accountId, receivedAt: sampleTime, source: 'api' },
  );
  if (!reading.ok) return { ...reading, existing: null };
  const sample = sampleOf(accountId, { number, courierCode });
  return { ok: true, tracking: { ...sample, fields: { ...sample.fields, ...reading.update.fields } } };
}

/** As many as numbers are asked for, all in the sample's state. */
function listOf(accountId: AccountId, { numbers, statuses, archived }: TrackingFilter): readonly Tracking[] {
  const isMeant =
    (statuses?.includes(sample.state.status) ?? true) && (archived ?? sample.archived) === sample.archived;
  if (!isMeant) return [];
  return (numbers ?? [sample.number]).map((number) => ({
    ...sampleOf(accountId),
    ...{ number, rawNumber: number },
  }));
}

function sampleOf(
  accountId: AccountId,
  { number, courierCode }: { number: string; courierCode: string | null } = sample,
): Tracking {
  return { ...sample, accountId, number, rawNumber: number, courierCode };
}

const sample = makeSample();

function makeSample(): Tracking {
  const accountId: AccountId = `acc_${'0'.repeat(32)}`;
  const reading = readUpdate(sampleShipment, { accountId, receivedAt: sampleTime, source: 'sandbox' });
  const resolution = reading.ok ? resolve([], reading.update, () => null) : reading;
  const applied =
    reading.ok && resolution.ok ? apply(resolution.targets[0], reading.update, () => sampleId) : resolution;
  if (!('tracking' in applied)) throw new Error('The sample shipment is broken.');
  return applied.tracking;
}
