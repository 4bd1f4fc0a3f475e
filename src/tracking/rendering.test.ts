import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anEvent, anId, anUpdate, applied, aScan, aState } from '../../test/support/build.ts';
import { courierOf } from '../couriers/catalogue.ts';
import type { TrackingEvent } from '../domain/event.ts';
import { type Substatus, WEBHOOK_VERSIONS } from '../domain/status.ts';
import type { Tracking } from '../domain/tracking.ts';
import { renderData } from '../wire/data.ts';
import { renderingOf } from './rendering.ts';

const timeZone = 'Europe/Stockholm';

/** Scans with and without an id of their own, so that some correct others. */
const scans = fc
  .record({
    sourceId: fc.constantFrom(null, 'a', 'b'),
    version: fc.nat(3),
    hour: fc.integer({ min: 10, max: 19 }),
    substatus: fc.constantFrom<Substatus[]>('transit001', 'delivered001', 'exception005', 'undelivered002'),
    side: fc.constantFrom('origin' as const, 'destination' as const),
    description: fc.constantFrom('Scanned', 'Weighed'),
  })
  .map(({ hour, substatus, ...said }) =>
    aScan({
      ...said,
      ...aState(substatus),
      wall: `2024-03-10 ${hour}:00`,
      at: Date.parse(`2024-03-10T${hour}:00Z`),
    }),
  );

const updates = fc
  .record({
    scans: fc.array(scans, { maxLength: 4 }),
    destinationCourierCode: fc.constantFrom(undefined, undefined, 'sweden-posten'),
    title: fc.constantFrom(undefined, 'Lamp', 'Chair'),
  })
  .map(({ title, destinationCourierCode, ...said }) =>
    anUpdate({
      ...said,
      ...(destinationCourierCode === undefined ? {} : { destinationCourierCode }),
      fields: title === undefined ? {} : { title },
    }),
  );

test('a body made later is the one that would have been made at its revision', () => {
  fc.assert(
    fc.property(fc.array(updates, { minLength: 1, maxLength: 8 }), (sequence) => {
      const steps: { tracking: Tracking; event: TrackingEvent }[] = [];
      let tracking: Tracking | null = null;
      for (const update of sequence) {
        const { tracking: after, change }: ReturnType<typeof applied> = applied(tracking, update);
        tracking = after;
        if (change !== null) steps.push({ tracking, event: eventOf(tracking, change) });
      }
      for (const then of steps) {
        const now = { ...then, tracking: tracking as Tracking };
        for (const version of WEBHOOK_VERSIONS) assert.equal(dataOf(version, now), dataOf(version, then));
      }
    }),
    { numRuns: 300 },
  );
});

function dataOf(version: TestVersion, source: { tracking: Tracking; event: TrackingEvent }): string {
  return renderData(version, renderingOf({ ...source, timeZone, courierOf }));
}

type TestVersion = (typeof WEBHOOK_VERSIONS)[number];

function eventOf(tracking: Tracking, change: Partial<TrackingEvent>): TrackingEvent {
  return anEvent({
    id: anId('evt', tracking.revision),
    trackingId: tracking.id,
    number: tracking.rawNumber,
    revision: tracking.revision,
    courierCode: tracking.courierCode,
    destinationCourierCode: tracking.destinationCourierCode,
    fields: tracking.fields,
    createdAt: tracking.updatedAt,
    ...change,
  });
}
