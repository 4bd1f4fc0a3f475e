/** Those webhooks that write letters: whom they are of, and what one is made of (see `MailTarget`). */
import { limits } from '../domain/limits.ts';
import { type MailTarget, type MailTrigger, newWebhook, type Webhook } from '../domain/webhook.ts';

export function mailWebhook(made: {
  readonly secret: string;
  readonly accountId: Webhook['accountId'];
  readonly id: Webhook['id'];
  readonly target: MailTarget;
  readonly told: MailTrigger;
  readonly now: number;
}): Webhook {
  const { accountId, id, secret, target, told, now } = made;
  const isRecipient = target.to === 'recipient';
  return {
    ...newWebhook,
    ...{ accountId, id, mail: target, ...triggerOf(told) },
    // Addresses are looked up for each letter: here, people would read them who are to know none.
    url: 'mailto:',
    description: isRecipient ? 'Mail to recipients' : 'Mail to a member',
    ratePerSecond: isRecipient ? limits.lettersToRecipientsPerSecond : limits.lettersToMemberPerSecond,
    // Signs nothing. Every webhook has one.
    secret,
    createdAt: now,
    updatedAt: now,
  };
}

/** Whether both write to the same people. */
export function isSameReader(one: MailTarget | null, other: MailTarget): boolean {
  if (one?.to !== 'member' || other.to !== 'member') return one?.to === other.to;
  return one.memberId === other.memberId;
}

export function triggerOf({ statuses, operationalEvents }: MailTrigger): MailTrigger {
  return { statuses, operationalEvents };
}
