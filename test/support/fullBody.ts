/** The largest that may happen: every bound of a parcel's texts is reached, with letters that take the most bytes. */
import { type Checkpoint, SIDES } from '../../src/domain/checkpoint.ts';
import { limits } from '../../src/domain/limits.ts';
import type { WebhookVersion } from '../../src/domain/status.ts';
import { type TrackingFields, trackingFieldNames } from '../../src/domain/tracking.ts';
import { renderData } from '../../src/wire/data.ts';
import type { Rendering } from '../../src/wire/rendering.ts';
import { buildRequest, type WebhookRequest } from '../../src/wire/request.ts';
import { aCheckpoint, anId, aState, testNow } from './build.ts';

/** A checkpoint as it may be reported, which the API takes 300 times in one update. */
export const fullScan = {
  description: '離'.repeat(limits.descriptionCharsMax),
  location: '港'.repeat(limits.locationCharsMax),
  code: '碼'.repeat(limits.checkpointCodeCharsMax),
};

const text = '件'.repeat(limits.fieldCharsMax);

/** The request of such a parcel, signed at `now` with this email. */
export function fullRequest(version: WebhookVersion, signingEmail: string, now = testNow): WebhookRequest {
  return buildRequest({
    version,
    data: renderData(version, fullRendering()),
    deliveryId: anId('dlv'),
    revision: 1,
    eventType: 'tracking.status_changed',
    eventAt: testNow,
    now,
    signingEmail,
    accountSecret: 'x'.repeat(200),
    secrets: ['whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDE='],
    signatureHeaders: null,
    headers: {},
    userAgent: 'Waybell/0.1.0',
  });
}

function fullRendering(): Rendering {
  const checkpoints = Array.from(
    { length: limits.checkpointsRenderedMax },
    (_, index): Checkpoint =>
      aCheckpoint({
        ...fullScan,
        side: SIDES[index % 2] as Checkpoint['side'],
        wall: '2024-03-10 10:00:00.123456789',
        offsetMinutes: 345,
        ...aState('exception011'),
      }),
  );
  return {
    trackingId: anId('trk'),
    number: 'X'.repeat(limits.trackingNumberCharsMax),
    courierCode: 'china-ems',
    destinationCourierCode: 'sweden-posten',
    origin: null,
    destination: null,
    state: aState('exception011'),
    fields: {
      ...(Object.fromEntries(trackingFieldNames.map((name) => [name, text])) as unknown as TrackingFields),
      ...{ originCountry: 'CN', destinationCountry: 'SE' },
    },
    revision: 1,
    checkpoints,
    deciding: checkpoints[0] as Checkpoint,
    createdAt: testNow,
    updatedAt: testNow,
    timeZone: 'Asia/Kathmandu',
  };
}
