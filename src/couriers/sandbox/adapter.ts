/**
 * The sandbox courier: for numbers like `SANDBOX-DELIVERED-1` it plays a parcel's journey within a minute, so that a
 * webhook's receiver can be tried without a parcel. It is an adapter like any other and has no state: what it reports
 * follows from the number, the tracking's creation and the time of asking, so asking twice, late or after a restart
 * changes nothing. It takes a key, as other couriers do, which may be left out; with a wrong one it tells nothing.
 */
import { statusOf } from '../../domain/status.ts';
import type { CourierAdapter, PollReport, PollRequest, ReportedScan } from '../courier.ts';
import type { Step } from './journey.ts';
import { journeyOf } from './journeys.ts';

/** The one that it knows. It opens nothing: it is there to try out how a courier's key is set. */
export const sandboxKey = 'play-along';

export const sandboxAdapter: CourierAdapter = {
  code: 'sandbox',
  credentials: [{ name: 'sandbox_key', label: 'Sandbox key', secret: true, required: false }],
  async poll(request) {
    const { sandbox_key: key = sandboxKey } = request.credentials;
    if (key !== sandboxKey) throw new Error('The sandbox courier does not know this key.');
    return play(request);
  },
};

function play({ number, createdAt, now }: PollRequest): PollReport {
  const steps = journeyOf(number)?.steps ?? [];
  const due = steps.filter((step) => reportedAt(step, createdAt) <= now);
  const next = steps[due.length];
  const report: PollReport = {
    scans: due.map((step, index) => scanOf(step, index, createdAt)),
    nextAt: next === undefined ? null : reportedAt(next, createdAt),
  };
  const handedOver = due.some((step) => step.side === 'destination');
  return handedOver ? { ...report, destinationCourierCode: 'sandbox-destination' } : report;
}

function reportedAt(step: Step, createdAt: number): number {
  return createdAt + step.afterSeconds * 1000;
}

function scanOf(step: Step, index: number, createdAt: number): ReportedScan {
  return {
    id: `sandbox-${index + 1}`,
    time: isoOf(reportedAt(step, createdAt) - step.agoMinutes * 60_000),
    description: step.description,
    location: step.location,
    status: statusOf(step.substatus),
    substatus: step.substatus,
    side: step.side,
  };
}

/** `2026-03-02T08:23:00+00:00`: whole seconds, and the offset that says they are UTC. */
function isoOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}+00:00`;
}
