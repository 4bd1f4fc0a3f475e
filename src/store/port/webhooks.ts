/** Webhooks, and what becomes of the deliveries they are owed when they are disabled or deleted. */
import type { AccountId } from '../../domain/account.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Answer } from './answers.ts';
import type { Notice, OwedDelivery } from './deliveries.ts';

export interface WebhookStore {
  webhooks(accountId: AccountId): Promise<readonly Webhook[]>;
  /** @throws AnswerTaken, Outdated */
  insertWebhook(webhook: Webhook, answer: Answer | null, heard: number): Promise<void>;
  /**
   * Disabling parks what waits, in the same transaction, which also writes the notice of the change; gives what that owes.
   * @throws Outdated
   */
  updateWebhook(webhook: Webhook, notice: Notice | null, heard: number): Promise<readonly OwedDelivery[]>;
  /** Cancels what waits or is parked, in the same transaction. */
  deleteWebhook(webhook: Webhook, settledAt: number): Promise<void>;
}
