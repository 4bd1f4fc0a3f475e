/** What is done on news of other processes: what is held of accounts and webhooks is forgotten, and their sending goes on anew. */
import type { Accounts } from '../accounts/accounts.ts';
import type { Log } from '../base/log.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { AccountId, NewsPage } from '../store/store.ts';
import type { Sender } from './sender.ts';
import type { Webhooks } from './webhooks.ts';

export interface Hearing {
  /** At once, but for what is read anew. */
  hear(page: Pick<NewsPage, 'news' | 'isTorn'>): void;
  /** An account may have been suspended until now. */
  resume(accountId: AccountId): Promise<void>;
}

export interface HearingOptions {
  readonly accounts: Pick<Accounts, 'outdate'>;
  readonly webhooks: Pick<Webhooks, 'outdate' | 'find' | 'all'>;
  readonly sender: Pick<Sender, 'takeUp' | 'rest' | 'goOn' | 'forgetRests' | 'refresh' | 'forget' | 'resume'>;
  readonly log: Log;
}

export function makeHearing({ accounts, webhooks, sender, log }: HearingOptions): Hearing {
  /** Another process has changed it, or made or deleted it. */
  async function refresh(accountId: AccountId, webhookId: Webhook['id']): Promise<void> {
    try {
      const webhook = await webhooks.find(accountId, webhookId);
      if (webhook === null) sender.forget(webhookId);
      else sender.refresh(webhook);
    } catch (error) {
      log.warn({ err: error, webhook: webhookId }, 'what another process changed of a webhook is not known');
      sender.refresh({ id: webhookId, failingSince: null });
    }
  }

  async function resume(accountId: AccountId): Promise<void> {
    try {
      for (const { id } of await webhooks.all(accountId)) sender.resume(id);
    } catch (error) {
      log.error({ err: error, account: accountId }, 'deliveries go on in a minute');
    }
  }

  return {
    hear({ news, isTorn }) {
      if (isTorn) {
        accounts.outdate();
        webhooks.outdate();
        sender.forgetRests();
        void sender.takeUp();
      }
      for (const one of news) {
        if (one.kind === 'rests') sender.rest(one.webhookId, one.number);
        else if (one.kind === 'goes_on') sender.goOn(one.webhookId, one.rest);
        else if (one.webhookId !== null) {
          webhooks.outdate(one.accountId);
          void refresh(one.accountId, one.webhookId);
        } else {
          accounts.outdate(one.accountId);
          void resume(one.accountId);
        }
      }
    },
    resume,
  };
}
