/**
 * The webhooks of every account: settings, secrets, and what a change of them means for what is owed. Held in memory as
 * they are read; whoever writes one here replaces it there, so attempts always see the newest URL, secret and headers.
 *
 * Who gets notices by mail is kept here as well (see `MailTarget`): owed to and sent to like the others, and none of the
 * webhooks that an account lists, edits or has a number of.
 */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import type { Ids } from '../base/id.ts';
import { oneAfterAnotherBy } from '../base/oneAfterAnother.ts';
import { AppError, problem } from '../domain/error.ts';
import type { DisabledBy, OperationalNews } from '../domain/operationalEvent.ts';
import { type MailTarget, type MailTrigger, newWebhook, type Webhook } from '../domain/webhook.ts';
import type { AccountId, Answer, Freshly, OwedDelivery, WebhookStore } from '../store/store.ts';
import {
  checkCollisions,
  checkHeaders,
  checkSignatureHeaders,
  type HeadersDraft,
  headersAfter,
  headersDropped,
} from './headers.ts';
import { isSameReader, mailWebhook, triggerOf } from './mailWebhook.ts';
import { noticeOf } from './notices.ts';

/** What a merchant says of a webhook; what is left out keeps its value, or its default at creation. */
export type WebhookDraft = Partial<
  Pick<
    Webhook,
    | 'url'
    | 'description'
    | 'version'
    | 'callback'
    | 'statuses'
    | 'firesOn'
    | 'ordered'
    | 'retrySeconds'
    | 'retryDaily'
    | 'ratePerSecond'
    | 'disableAfterDays'
    | 'signatureHeaders'
    | 'operationalEvents'
  > & { readonly headers: HeadersDraft }
>;

/** What the address guard says of a URL, as much of it as settings need. */
export type UrlJudge = (
  url: string,
  accountId: AccountId,
) => Promise<
  { ok: true; warning: string | null } | { ok: false; code: 'url_invalid' | 'url_refused'; reason: string }
>;

export interface Webhooks {
  /** Without who gets mail. */
  list(accountId: AccountId): Promise<readonly Webhook[]>;
  /** All that may be owed something: who gets mail too, where this server can send any. */
  listeners(accountId: AccountId): Promise<readonly Webhook[]>;
  /** Also who gets mail. */
  all(accountId: AccountId): Promise<readonly Webhook[]>;
  /** What is held of an account's is out of date; of all, where none is named. */
  outdate(accountId?: AccountId): void;
  /** Also of who gets mail. Null where there is none. */
  find(accountId: AccountId, id: string): Promise<Webhook | null>;
  /** @throws AppError `webhook_not_found` */
  get(accountId: AccountId, id: string): Promise<Webhook>;
  /** The same, of who gets mail too. @throws AppError `webhook_not_found` */
  getAny(accountId: AccountId, id: string): Promise<Webhook>;
  /** What one who gets mail is told from now on; null: nothing any more, and what was still owed is cancelled. */
  keepMail(accountId: AccountId, target: MailTarget, told: MailTrigger | null): Promise<void>;
  /** What `create` would say of this URL. @throws AppError `url_invalid`, `url_refused` */
  checkUrl(accountId: AccountId, url: string): Promise<string | null>;
  /** The warning is for people: an http URL is readable on the way. */
  create(
    accountId: AccountId,
    draft: WebhookDraft & { url: string },
    answer: ((webhook: Webhook, warning: string | null) => Answer) | null,
  ): Promise<{ webhook: Webhook; warning: string | null }>;
  update(
    accountId: AccountId,
    id: string,
    draft: WebhookDraft,
  ): Promise<{ webhook: Webhook; warning: string | null }>;
  enable(accountId: AccountId, id: string): Promise<Webhook>;
  /** One that is disabled already only has its reason replaced. */
  disable(accountId: AccountId, id: string, cause: { by: DisabledBy; reason: string }): Promise<Webhook>;
  remove(accountId: AccountId, id: string): Promise<void>;
  /** Keeps since when it has been failing, or that it is well again, and tells it. */
  keepHealth(webhook: Webhook, news: HealthNews): Promise<void>;
  /** A new secret; the old one signs too until `overlapSeconds` have passed. */
  rotateSecret(accountId: AccountId, id: string, overlapSeconds: number): Promise<Webhook>;
  /** The old secret signs no more from now on. */
  endOverlap(accountId: AccountId, id: string): Promise<Webhook>;
}

/** That a webhook has begun to fail, or recovered from having failed since then. */
export type HealthNews = Extract<OperationalNews, { kind: 'webhook.failing' | 'webhook.recovered' }>;

export interface WebhooksOptions {
  readonly store: WebhookStore;
  readonly freshly: Freshly;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly judgeUrl: UrlJudge;
  readonly webhooksPerAccountMax: number;
  /** Whether this server can send mail: without, nobody is owed any. */
  readonly sendsMail: boolean;
  /** Called after a webhook stopped being sent to. */
  onSilenced(webhook: Webhook): void;
  /** Called after one was deleted. */
  onRemoved(webhook: Webhook): void;
  /** Called after a commit with what operational events owe. */
  onCommitted(owed: readonly OwedDelivery[]): void;
}

export function makeWebhooks(options: WebhooksOptions): Webhooks {
  const { store, ids, clock } = options;
  const cache = new Map<AccountId, readonly Webhook[]>();
  /** How often what is held was found out of date: what was being read by then may be so too. */
  let outdated = 0;
  /**
   * Each change begins with what the one before has left, in the store and in memory. Else two at once would undo each
   * other (an edit, a webhook's being disabled), or pass the limit together.
   */
  const inTurn = oneAfterAnotherBy<AccountId>();
  const decide = <T>(accountId: AccountId, run: (heard: number) => Promise<T>): Promise<T> =>
    inTurn(accountId, () => options.freshly(run));

  async function all(accountId: AccountId): Promise<readonly Webhook[]> {
    const known = cache.get(accountId);
    if (known !== undefined) return known;
    const before = outdated;
    const read = await store.webhooks(accountId);
    if (before !== outdated) return read;
    // A change may have come in between, and is newer than what was read.
    if (!cache.has(accountId)) cache.set(accountId, read);
    return cache.get(accountId) as readonly Webhook[];
  }

  async function list(accountId: AccountId): Promise<readonly Webhook[]> {
    return (await all(accountId)).filter(({ mail }) => mail === null);
  }

  const listeners = options.sendsMail ? all : list;

  function outdate(accountId?: AccountId): void {
    outdated++;
    if (accountId === undefined) cache.clear();
    else cache.delete(accountId);
  }

  /** Replaces what is held after a write, unless another process has changed it by now. */
  function keep(
    accountId: AccountId,
    before: number,
    replace: (held: readonly Webhook[]) => readonly Webhook[],
  ): void {
    const held = cache.get(accountId);
    if (held !== undefined && before === outdated) cache.set(accountId, replace(held));
    // What is being read just now may be from before the write.
    else outdate(accountId);
  }

  async function find(accountId: AccountId, id: string): Promise<Webhook | null> {
    return (await all(accountId)).find((webhook) => webhook.id === id) ?? null;
  }

  async function getAny(accountId: AccountId, id: string): Promise<Webhook> {
    const webhook = await find(accountId, id);
    if (webhook === null) throw new AppError('webhook_not_found');
    return webhook;
  }

  async function get(accountId: AccountId, id: string): Promise<Webhook> {
    const webhook = await getAny(accountId, id);
    if (webhook.mail !== null) throw new AppError('webhook_not_found');
    return webhook;
  }

  /** Writes what a change makes of a webhook, as it is when its turn has come, and what is to be told of that. */
  function change(
    accountId: AccountId,
    id: string,
    make: (webhook: Webhook) => Partial<Webhook>,
    newsOf: (before: Webhook) => OperationalNews | null = () => null,
  ): Promise<Webhook> {
    return decide(accountId, async (heard) => {
      const before = outdated;
      const webhook = await get(accountId, id);
      const webhooks = await listeners(accountId);
      const now = clock.now();
      const saved = { ...webhook, updatedAt: now, ...make(webhook) };
      const news = newsOf(webhook);
      const notice = news && noticeOf({ news, about: saved, webhooks, ids, now });
      const owed = await store.updateWebhook(saved, notice, heard);
      keep(accountId, before, (held) => held.map((other) => (other.id === id ? saved : other)));
      options.onCommitted(owed);
      return saved;
    });
  }

  /** Reads, decides and writes like any change of a webhook; where nothing differs nothing is written. */
  function keepMail(accountId: AccountId, target: MailTarget, told: MailTrigger | null): Promise<void> {
    return decide(accountId, async (heard) => {
      const before = outdated;
      const known = (await all(accountId)).find(({ mail }) => isSameReader(mail, target));
      if (told === null) {
        if (known === undefined) return;
        await store.deleteWebhook(known, clock.now());
        keep(accountId, before, (held) => held.filter(({ id }) => id !== known.id));
        return options.onRemoved(known);
      }
      if (known === undefined) {
        const webhook = mailWebhook({
          ...{ accountId, target, told, id: ids.next('wh'), now: clock.now(), secret: newSecret() },
        });
        await store.insertWebhook(webhook, null, heard);
        return keep(accountId, before, (held) => [...held, webhook]);
      }
      const saved = { ...known, ...triggerOf(told), mail: target, updatedAt: clock.now() };
      if (isDeepStrictEqual(saved, { ...known, updatedAt: saved.updatedAt })) return;
      await store.updateWebhook(saved, null, heard);
      keep(accountId, before, (held) => held.map((other) => (other.id === known.id ? saved : other)));
    });
  }

  async function judge(url: string, accountId: AccountId): Promise<string | null> {
    const verdict = await options.judgeUrl(url, accountId);
    if (!verdict.ok) throw new AppError(problem(verdict.code, verdict.reason, '/url'));
    return verdict.warning;
  }

  return {
    list,
    listeners,
    all,
    outdate,
    find,
    get,
    getAny,
    keepMail,
    checkUrl: (accountId, url) => judge(url, accountId),
    async create(accountId, draft, answer) {
      checkHeaders(draft.headers ?? {});
      checkSignatureHeaders(draft.signatureHeaders ?? null);
      checkOperationalEvents({ ...newWebhook, ...draft }, draft);
      const warning = await judge(draft.url, accountId);
      const { headers } = headersAfter({ url: draft.url, headers: {} }, draft);
      checkCollisions({ ...newWebhook, ...draft, headers }, draft);
      return decide(accountId, async (heard) => {
        const before = outdated;
        if ((await list(accountId)).length >= options.webhooksPerAccountMax)
          throw new AppError('webhooks_too_many');
        const now = clock.now();
        const webhook: Webhook = {
          ...newWebhook,
          ...draft,
          headers,
          id: ids.next('wh'),
          accountId,
          secret: newSecret(),
          createdAt: now,
          updatedAt: now,
        };
        await store.insertWebhook(webhook, answer?.(webhook, warning) ?? null, heard);
        keep(accountId, before, (held) => [...held, webhook]);
        return { webhook, warning };
      });
    },
    async update(accountId, id, draft) {
      await get(accountId, id);
      checkHeaders(draft.headers ?? {});
      checkSignatureHeaders(draft.signatureHeaders ?? null);
      const warning = draft.url === undefined ? null : await judge(draft.url, accountId);
      let dropped = false;
      const webhook = await change(accountId, id, (before) => {
        checkOperationalEvents({ ...before, ...draft }, draft);
        const after = headersAfter(before, draft);
        dropped = after.dropped;
        const changes = { ...draft, headers: after.headers };
        checkCollisions({ ...before, ...changes }, draft);
        return changes;
      });
      return { webhook, warning: dropped ? headersDropped : warning };
    },
    async enable(accountId, id) {
      await judge((await get(accountId, id)).url, accountId);
      return change(accountId, id, () => ({ enabled: true, disabledReason: null, failingSince: null }));
    },
    async disable(accountId, id, { by: disabledBy, reason }) {
      const webhook = await change(
        accountId,
        id,
        () => ({ enabled: false, disabledReason: reason }),
        // The store puts in how many it parks.
        ({ enabled, failingSince }) =>
          enabled ? { kind: 'webhook.disabled', disabledBy, reason, failingSince, parked: 0 } : null,
      );
      options.onSilenced(webhook);
      return webhook;
    },
    remove(accountId, id) {
      return inTurn(accountId, async () => {
        const before = outdated;
        const webhook = await get(accountId, id);
        await store.deleteWebhook(webhook, clock.now());
        keep(accountId, before, (held) => held.filter((other) => other.id !== id));
        options.onRemoved(webhook);
      });
    },
    async keepHealth({ accountId, id }, news) {
      const known = await find(accountId, id);
      if (known === null || isTold(known, news)) return;
      const failingSince = news.kind === 'webhook.failing' ? news.failingSince : null;
      // Nobody has edited it.
      const make = ({ updatedAt }: Webhook) => ({ failingSince, updatedAt });
      await change(accountId, id, make, (before) => (isTold(before, news) ? null : news));
    },
    rotateSecret(accountId, id, overlapSeconds) {
      return change(accountId, id, ({ secret }) => {
        const until = overlapSeconds === 0 ? null : clock.now() + overlapSeconds * 1000;
        return {
          secret: newSecret(),
          previousSecret: until === null ? null : secret,
          previousSecretUntil: until,
        };
      });
    },
    endOverlap(accountId, id) {
      return change(accountId, id, () => ({ previousSecret: null, previousSecretUntil: null }));
    },
  };
}

/** Another process may have told it before. */
function isTold({ failingSince }: Webhook, { kind }: HealthNews): boolean {
  return (kind === 'webhook.failing') === (failingSince !== null);
}

/** 24 random bytes, as Standard Webhooks asks. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/** TrackingMore's receivers know no such bodies. */
function checkOperationalEvents(
  { version, operationalEvents }: Pick<Webhook, 'version' | 'operationalEvents'>,
  said: WebhookDraft,
): void {
  if (version === 'standard' || operationalEvents.length === 0) return;
  const where = said.operationalEvents === undefined ? '/version' : '/operational_events';
  throw new AppError(problem('operational_events_unsupported', undefined, where));
}
