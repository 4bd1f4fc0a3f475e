/** Figures of webhooks and couriers by the hour, and what waits at webhooks now. */
import type { AccountId } from '../../domain/account.ts';
import type { CourierHour, WebhookHour } from '../../domain/figures.ts';
import type { Webhook } from '../../domain/webhook.ts';

export interface FigureStore {
  /** Adds to what there is of the same webhook and hour, whichever process added it. */
  addWebhookHours(hours: readonly WebhookHour[]): Promise<void>;
  addCourierHours(hours: readonly CourierHour[]): Promise<void>;
  /** Of all webhooks of the account, those that are gone included, or of one. */
  webhookHours(accountId: AccountId, span: FigureSpan): Promise<WebhookHours>;
  /** Of couriers that were asked since then, in the order of their codes. When they last answered is of any time. */
  courierFigures(accountId: AccountId, from: number): Promise<readonly CourierFigures[]>;
  /** In the order given. What it costs is bounded by `countedTo`, however much waits. */
  backlogs(webhookIds: readonly Webhook['id'][], countedTo: number): Promise<readonly Backlog[]>;
  /** Removes some of the hours that began before then; false: none is left. */
  forgetHours(before: number): Promise<boolean>;
}

export interface FigureSpan {
  /** The first hour: when it began. */
  readonly from: number;
  /** Null: of all. */
  readonly webhookId: string | null;
}

export interface WebhookHours {
  /** In the order of the hours; those in which nothing was sent are not there. */
  readonly hours: readonly WebhookCount[];
  /** Of each webhook, of all the hours together. */
  readonly latencies: readonly WebhookLatencies[];
}

export type WebhookCount = Omit<WebhookHour, 'accountId' | 'latencies'>;
export type WebhookLatencies = Pick<WebhookHour, 'webhookId' | 'latencies'>;
export type CourierFigures = Omit<CourierHour, 'accountId' | 'hour'>;

/** What is owed to a webhook. */
export interface Backlog {
  readonly webhookId: Webhook['id'];
  /**
   * At most as many as was counted to. Where more than that are parked, those that wait behind another of their parcel are not
   * in it.
   */
  readonly waiting: number;
  readonly parked: number;
  /** When the oldest of those that wait was made, of as many as are looked at; null: none waits. */
  readonly oldestWaitingAt: number | null;
  /** The soonest time that a retry is for, which may have passed; null: none waits for a retry. */
  readonly nextAttemptAt: number | null;
}
