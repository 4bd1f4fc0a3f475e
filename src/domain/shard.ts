/**
 * A shard: a slice of the trackings, by bits of their ids. All work of a kind on a slice, its duty, is done by one process
 * at a time, which holds the shard by a lease. The epoch counts the holders: what an earlier one still wants to write is
 * told by it and refused.
 */
import { shardOf } from '../base/id.ts';

/** Sending what is owed; asking couriers and looking after trackings. */
export const DUTIES = ['send', 'poll'] as const;
export type Duty = (typeof DUTIES)[number];

export interface HeldShard {
  readonly duty: Duty;
  /** See `shardOf`. */
  readonly shard: number;
  readonly epoch: number;
}

/** The numbers of some shards; null: all of them. */
export type ShardNumbers = readonly number[] | null;

/** Whose owner sends a delivery: its tracking's shard, or its webhook's where it is of no parcel. */
export function shardOfDelivery({
  trackingId,
  webhookId,
}: {
  readonly trackingId: string | null;
  readonly webhookId: string;
}): number {
  return shardOf(trackingId ?? webhookId);
}
