/**
 * Figures: how webhooks and couriers have fared, by the hour. They are sums, kept beside what they count and not in its
 * transaction: what a process counted in its last seconds is lost if it crashes, and nothing rests on them.
 */
import { hourMs } from '../base/durations.ts';
import type { Id } from '../base/id.ts';

/** The ends of a webhook's attempts in one hour. Those that were unspent are in none of the numbers. */
export interface WebhookHour {
  readonly accountId: Id<'acc'>;
  readonly webhookId: Id<'wh'>;
  /** When it began, epoch milliseconds. */
  readonly hour: number;
  readonly accepted: number;
  readonly failed: number;
  /** How many of those that were answered took how long: a histogram of `pipeline/latency.ts`. */
  readonly latencies: readonly number[];
}

/** How one courier answered for one account in one hour. */
export interface CourierHour {
  readonly accountId: Id<'acc'>;
  readonly courierCode: string;
  readonly hour: number;
  readonly asked: number;
  /** Of those asked: it could not be reached, or what it said could not be read. */
  readonly failed: number;
  readonly answeredAt: number | null;
  readonly failedAt: number | null;
  /** What was wrong then, for people. */
  readonly failure: string | null;
}

/** The hour that a moment lies in: when that began. */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs) * hourMs;
}
