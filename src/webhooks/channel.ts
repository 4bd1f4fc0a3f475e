/**
 * What the sender keeps of a webhook: what is to be sent (its lane), when the next request may begin (its gate), how it
 * fares, and why nothing is begun just now. Times are monotonic milliseconds.
 */
import type { Health } from '../pipeline/health.ts';
import { type Gate, makeGate } from './gate.ts';
import { type Lane, makeLane } from './lane.ts';
import type { Room } from './room.ts';

export interface Channel {
  readonly lane: Lane;
  readonly gate: Gate;
  /** Null until a first attempt. */
  health: Health | null;
  /** Reorderings of its queue under way here. */
  reorders: number;
  /** Those under way in any process, by number. */
  readonly rests: Set<number>;
  /** Its account was found suspended, or its lease too short: until this time nothing is begun. */
  waitsUntil: number;
  /** When the table was last looked at for what is not here. */
  lookedAt: number;
}

export interface ChannelOptions {
  readonly room: Room;
  /** Of everything that the webhook may have, as other processes have the rest: 1 is all. */
  readonly share: number;
  readonly now: number;
}

export function makeChannel(webhookId: string, options: ChannelOptions): Channel {
  const lane = makeLane(webhookId, options.room);
  const gate = makeGate();
  gate.share(options.share);
  return { lane, gate, health: null, reorders: 0, rests: new Set(), waitsUntil: 0, lookedAt: options.now };
}

/** Whether some process is putting its queue in another order. */
export function isReordered({ reorders, rests }: Channel): boolean {
  return reorders > 0 || rests.size > 0;
}
