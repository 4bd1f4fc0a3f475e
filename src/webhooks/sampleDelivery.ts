/**
 * The sample that `test` sends to a webhook: a delivery like any other, of an invented parcel that has just come into a
 * status. Nothing of it is kept.
 */
import { hourMs } from '../base/durations.ts';
import type { Ids } from '../base/id.ts';
import { courierOf } from '../couriers/catalogue.ts';
import type { Account } from '../domain/account.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import { newDelivery } from '../domain/delivery.ts';
import type { TrackingEvent } from '../domain/event.ts';
import { PLAIN_SUBSTATUS, pendingState, type Status, SUBSTATUSES } from '../domain/status.ts';
import { noFields } from '../domain/tracking.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { OwedDelivery } from '../store/store.ts';
import { renderData } from '../wire/data.ts';
import type { Rendering } from '../wire/rendering.ts';

interface Sample {
  readonly status: Status;
  readonly account: Account;
  readonly ids: Ids;
  readonly now: number;
}

/** What a webhook would be owed by a parcel from China to Sweden that has just come into the status. */
export function sampleDelivery(webhook: Webhook, { status, account, ids, now }: Sample): OwedDelivery {
  const event: TrackingEvent = {
    id: ids.next('evt'),
    accountId: account.id,
    trackingId: ids.next('trk'),
    number: 'LX203960974CN',
    revision: 1,
    kind: 'status',
    from: pendingState,
    to: { status, substatus: PLAIN_SUBSTATUS[status] },
    added: 2,
    late: 0,
    previousId: null,
    deliveryIds: [],
    courierCode: 'china-ems',
    destinationCourierCode: 'sweden-posten',
    fields: { ...noFields, title: 'A sample', originCountry: 'CN', destinationCountry: 'SE' },
    createdAt: now,
  };
  const delivery = newDelivery(webhook, { ...event, id: ids.next('dlv'), eventId: event.id });
  const data = renderData(webhook.version, sampleRendering(event, account));
  // One that is disabled is tried out as well.
  return { delivery: { ...delivery, state: 'ready' }, event, data };
}

function sampleRendering(event: TrackingEvent, { timeZone }: Account): Rendering {
  const { to: state, createdAt: now } = event;
  const deciding = sampleCheckpoint({
    ...state,
    side: 'destination',
    at: now - hourMs,
    description: SUBSTATUSES[state.substatus],
    location: 'Stockholm',
  });
  const first = sampleCheckpoint({
    status: 'transit',
    substatus: 'transit001',
    side: 'origin',
    at: now - 72 * hourMs,
    description: 'Posting',
    location: 'Shanghai',
  });
  return {
    ...event,
    origin: courierOf('china-ems'),
    destination: courierOf('sweden-posten'),
    state,
    checkpoints: [deciding, first],
    deciding,
    createdAt: now - 96 * hourMs,
    updatedAt: now,
    timeZone,
  };
}

type Said = Pick<Checkpoint, 'status' | 'substatus' | 'side' | 'at' | 'description' | 'location'>;

function sampleCheckpoint(said: Said): Checkpoint {
  return {
    ...said,
    sourceId: null,
    version: 0,
    wall: new Date(said.at).toISOString().slice(0, 16).replace('T', ' '),
    precision: 'minute',
    offsetMinutes: null,
    code: null,
    stated: true,
    source: 'sandbox',
    position: 0,
    ahead: false,
    addedIn: 1,
    replacedIn: null,
  };
}
