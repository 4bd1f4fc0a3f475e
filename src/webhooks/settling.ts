/**
 * How the ends of attempts get into the store: several together, and for as long as it takes the store to come back. Nothing
 * that follows from an end happens before it is written.
 */
import { makeGroupCommit } from '../base/groupCommit.ts';
import type { Log } from '../base/log.ts';
import type { DeliveryStore, Notice, Settled, Settlement, Unsettled } from '../store/store.ts';
import { StoreUnavailable } from '../store/store.ts';

/** An attempt's end on its way to the store; `tell` makes its notice at the moment of the write. */
export interface Ending {
  readonly settlement: Settlement;
  readonly tell: (() => Notice | null) | null;
}

const retryMs = 500;
/** An end waits so long for others to be written with it; only its parcel's next delivery waits for that. */
const gatherMs = 5;
const atOnceMax = 256;
const flushesMax = 4;

/** Writes an end; what cannot be written for a fault of its data is logged and said. */
export type Settle = (ending: Ending) => Promise<Settled | Unsettled>;

export function makeSettling({ store, log }: { store: Pick<DeliveryStore, 'settle'>; log: Log }): Settle {
  const group = makeGroupCommit<Ending, Settled | Unsettled>({
    flush: (endings) => store.settle(endings.map(settlementOf)),
    delayMs: gatherMs,
    weightMax: atOnceMax,
    flushesMax,
  });

  function logUnsettled({ delivery, attempt }: Settlement, { failed }: Unsettled): void {
    const { verdict, reason } = attempt;
    log.error(
      { reason: failed, delivery: delivery.id, webhook: delivery.webhookId, attempt: { verdict, reason } },
      'the end of an attempt cannot be written; the delivery stays as it was and is sent again later',
    );
  }

  return async (ending) => {
    for (;;) {
      try {
        const settled = await group.submit(ending);
        if ('failed' in settled) logUnsettled(ending.settlement, settled);
        return settled;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        log.warn(
          { err: error, delivery: ending.settlement.delivery.id },
          'the end of an attempt waits for the store',
        );
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
      }
    }
  };
}

function settlementOf({ settlement, tell }: Ending): Settlement {
  return tell === null ? settlement : { ...settlement, notice: tell() };
}
