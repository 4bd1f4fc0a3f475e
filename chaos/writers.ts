/**
 * Merchants' systems: each reports news of parcels of its own, one request after another, and repeats a request under its
 * idempotency key until it is answered, whatever befalls the server meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Ask, allTaken, makeInsisting } from './insisting.ts';

export interface Acknowledged {
  readonly trackingId: string;
  readonly number: string;
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Writers {
  readonly acknowledged: readonly Acknowledged[];
  /** Requests that were repeated (`insisting.ts`). */
  readonly repeated: number;
  /** Ends after what is under way is acknowledged. */
  stop(): Promise<void>;
}

export interface WritersOptions {
  readonly writers: number;
  readonly parcelsEach: number;
  readonly batchMax: number;
  /** Milliseconds between two requests of a writer, at most. */
  readonly pauseMsMax: number;
  random(): number;
}

export function startWriters(ask: Ask, options: WritersOptions): Writers {
  const { random } = options;
  const acknowledged: Acknowledged[] = [];
  const insisting = makeInsisting(ask, random);
  let stopped = false;

  async function write(writer: number): Promise<void> {
    let scan = 0;
    for (let request = 0; !stopped; request++) {
      const size = 1 + Math.floor(random() * options.batchMax);
      const updates = Array.from({ length: size }, () => updateOf(writer, scan++, options.parcelsEach));
      await untilAcknowledged(`${writer}-${request}`, updates);
      await pause(random() * options.pauseMsMax);
    }
  }

  async function untilAcknowledged(key: string, updates: readonly object[]): Promise<void> {
    const order = { method: 'POST', path: '/updates', body: { updates }, key, isAnswer: allTaken };
    const { answer } = await insisting.insist(order);
    for (const result of answer.json.results)
      acknowledged.push({
        trackingId: result.tracking_id,
        number: result.tracking_number,
        revision: result.revision,
        at: Date.now(),
      });
  }

  const writing = Promise.all(Array.from({ length: options.writers }, (_, writer) => write(writer)));
  // Reported when it is waited for.
  writing.catch(() => {});
  return {
    acknowledged,
    get repeated() {
      return insisting.repeated;
    },
    async stop() {
      stopped = true;
      await writing;
    },
  };
}

/** As many as a long journey has; after them other parcels take their turn. */
const scansPerParcel = 15;

/** News that no other report tells: each is a minute later than the one before. */
function updateOf(writer: number, scan: number, parcels: number): object {
  const journey = Math.floor(scan / (parcels * scansPerParcel));
  const time = new Date(Date.UTC(2024, 0, 1) + scan * 60_000).toISOString();
  return {
    // Dashes do not tell numbers apart, so all but one part is of one width.
    tracking_number: `CHAOS-${twoDigits(writer)}-${journey}-${twoDigits(scan % parcels)}`,
    courier_code: 'china-ems',
    checkpoints: [{ time, description: `Scan ${scan}`, status: scan % 2 === 0 ? 'transit' : 'exception' }],
  };
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
