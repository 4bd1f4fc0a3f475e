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
   * Where very much waits, nothing more of it is given out to be sent from then on, and it is parked by and by (`clear`).
   * @throws Outdated
   */
  updateWebhook(webhook: Webhook, notice: Notice | null, heard: number): Promise<readonly OwedDelivery[]>;
  /** Cancels what waits or is parked, in the same transaction, or likewise by and by. */
  deleteWebhook(webhook: Webhook, settledAt: number): Promise<void>;
  /** Webhooks of which some is left to be parked or cancelled. */
  clearings(): Promise<readonly Webhook['id'][]>;
  /** Parks or cancels some of that. False: nothing is left, or another process is at it. */
  clear(webhookId: Webhook['id']): Promise<boolean>;
}
