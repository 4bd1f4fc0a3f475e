/**
 * The one place that builds objects and joins them: store → accounts, webhooks → ingest → sender → door, and the edges
 * around. Read it from top to bottom to see what depends on what.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Accounts, makeAccounts } from './accounts/accounts.ts';
import { makeAudit } from './accounts/audit.ts';
import { makeCourierCredentials } from './accounts/courierCredentials.ts';
import { makeFirstAccount } from './accounts/firstAccount.ts';
import { checkFirstPassword, type FirstMember, makeFirstMember } from './accounts/firstMember.ts';
import { makeKeyUses } from './accounts/keyUses.ts';
import { type Members, makeMembers } from './accounts/members.ts';
import { operatorKeyOf } from './accounts/operatorKey.ts';
import { type HashCost, makePasswords } from './accounts/passwords.ts';
import { makeSessions } from './accounts/sessions.ts';
import { makeThrottle } from './accounts/throttle.ts';
import { trackUrl } from './accounts/trackLinks.ts';
import { makeBackups } from './backups/backups.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { makeHourly } from './base/hourly.ts';
import { makeIds, timeOfId } from './base/id.ts';
import { makeLog } from './base/log.ts';
import { type Config, VERSION } from './config/config.ts';
import { adapterOf, adaptersWithCredentials } from './couriers/adapters.ts';
import { courierOf } from './couriers/catalogue.ts';
import { confidentCourier } from './couriers/numbers/detect.ts';
import type { Account } from './domain/account.ts';
import { limits } from './domain/limits.ts';
import { DUTIES } from './domain/shard.ts';
import { makeIdempotency } from './http/idempotency.ts';
import { closeServer, listen } from './http/listen.ts';
import { makeMetrics } from './http/metrics.ts';
import { makeOutsideUrl } from './http/outsideUrl.ts';
import { type Api, makeServer } from './http/server.ts';
import { secretNote } from './http/sessionCookie.ts';
import { type Inbox, makeInbox } from './inbox/inbox.ts';
import { makeAtOnce } from './mail/atOnce.ts';
import { makeMailing } from './mail/mailing.ts';
import { makeNotices } from './mail/notices.ts';
import { makePost } from './mail/post.ts';
import { makeUnsubscribeTokens, unsubscribeNote } from './mail/unsubscribeTokens.ts';
import { makeUnsubscribing } from './mail/unsubscribing.ts';
import { exchangeMs, openDoor } from './outbound/door.ts';
import { readEgress } from './outbound/egress.ts';
import { makeGuard } from './outbound/guard.ts';
import type { Lookup } from './outbound/lookups.ts';
import { openMailDoor } from './outbound/mail.ts';
import { makePeople } from './people/people.ts';
import { removeSamples } from './samples/samples.ts';
import { makeNews } from './shards/news.ts';
import { makeShards } from './shards/shards.ts';
import { backupFolderOf } from './store/backupFile.ts';
import { openPostgresStore } from './store/postgres/open.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import { makeCensus } from './tracking/census.ts';
import { makeCourierTallies } from './tracking/courierTallies.ts';
import { expire } from './tracking/expiry.ts';
import { type Ingest, makeIngest } from './tracking/ingest.ts';
import { makeTrackingPages } from './tracking/pages.ts';
import { makePolling } from './tracking/polling.ts';
import { renderingOf } from './tracking/rendering.ts';
import { forgetFigures, prune, pruneTrackings } from './tracking/retention.ts';
import { fillTerms, findStalled } from './tracking/terms.ts';
import { makeTrackings } from './tracking/trackings.ts';
import { makeViews } from './tracking/views.ts';
import { makeAttemptTallies } from './webhooks/attemptTallies.ts';
import { makeClearing } from './webhooks/clearing.ts';
import type { AttemptReport } from './webhooks/concluding.ts';
import { makeDeliveries } from './webhooks/deliveries.ts';
import { makeElsewhere } from './webhooks/elsewhere.ts';
import { makeFigures } from './webhooks/figures.ts';
import { makeHearing } from './webhooks/hearing.ts';
import { mailWords, makeOwnFailures, networkWords } from './webhooks/ownFailures.ts';
import { makeReorder } from './webhooks/reordering.ts';
import { makeReplay, type ReplayOptions } from './webhooks/replay.ts';
import { makeSender, type Sender } from './webhooks/sender.ts';
import { makeWebhooks, type Webhooks } from './webhooks/webhooks.ts';
import { renderData } from './wire/data.ts';

/** Where the launcher puts what it builds of `console/`. */
const consoleFolder = path.join(import.meta.dirname, '../console/dist');

export interface App {
  readonly store: Store;
  readonly accounts: Accounts;
  readonly members: Members;
  readonly webhooks: Webhooks;
  readonly ingest: Ingest;
  readonly sender: Sender;
  readonly inbox: Inbox;
  readonly server: Api;
  readonly clock: Clock;
  /** The address it listens on, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Set on the very first start: the account that was made, and its key, to be shown once. */
  readonly first: { readonly account: Account; readonly key: string } | null;
  /** Set where this start made the account's first owner: shown once as well. */
  readonly firstMember: FirstMember | null;
  /** Called with every attempt after its end is written. */
  onAttempt(listener: (report: AttemptReport) => void): void;
  /** Takes no more, ends what is under way within the limit, writes everything, lets go of the store. */
  stop(): Promise<{ readonly drained: boolean }>;
}

export interface AppOptions {
  readonly clock?: Clock;
  /** Requests of all webhooks under way at a time. */
  readonly inFlightMax?: number;
  /** Of bodies that wait in memory, of all webhooks. */
  readonly heldBytesMax?: number;
  /** What hashing a password takes; as it should be, where not given. */
  readonly hashCost?: HashCost;
  /** Look-ups of names under way at a time; for the threads that Node has by itself, where not given. */
  readonly lookupSlots?: number;
  /** Resolves a name; the system's resolver where not given. */
  readonly lookup?: Lookup;
}

/** Opens the store, listens, and takes up what is owed. @throws Error in words for the operator */
export async function startApp(
  config: Config,
  {
    clock = systemClock,
    inFlightMax = limits.requestsInFlight,
    heldBytesMax = limits.deliveryBytesInMemory,
    hashCost,
    ...resolving
  }: AppOptions = {},
): Promise<App> {
  checkFirstPassword(config.first);
  const log = makeLog(config.logLevel);
  const egress = readEgress(config);
  let address: { host: string; port: number } | null = null;
  let url = '';
  const { allowNetworks, denyNetworks } = config;
  const guard = makeGuard({ allowNetworks, denyNetworks, ownInbox: () => address, ...resolving });
  const ids = makeIds(clock);
  const folder = path.resolve(config.data);
  const store = await openStore(config, folder);
  const operatorKey = await orClose(store, () => config.operatorKey ?? operatorKeyOf(folder));
  const newest = await store.newestEventId();
  if (newest !== null) ids.startAfter(newest);
  const timeBefore = newest === null ? 0 : timeOfId(newest);

  const { roles } = config;
  const processId = randomUUID();
  const leaseMs = config.leaseSeconds * 1000;
  // A lease outlasts what begins under it, but for one that was set to be short.
  const attemptMs = Math.min(exchangeMs, leaseMs * 0.75);
  const shards = makeShards({
    ...{ store, clock, log, processId, leaseMs },
    news: { heard: () => news.heard(), catchUp: () => news.catchUp() },
    duties: DUTIES.filter((duty) => roles.includes(duty)),
    isBusy: (duty, shard) => duty === 'send' && sender.isBusy(shard),
    onChange(duty, { gained }) {
      if (duty === 'send') void sender.takeUp();
      else if (gained.length > 0) polling.wake();
    },
  });
  const news = makeNews({
    ...{ store, log, processId },
    onNews: (page) => hearing.hear(page),
  });

  const { freshly } = news;
  const uses = makeKeyUses({ store, clock, log });
  const accounts = makeAccounts({
    ...{ store, freshly, ids, clock, operatorKey, uses },
    onResumed: (account) => void hearing.resume(account.id),
    onSettings: (account) => notices.keepRecipients(account),
  });
  const members = makeMembers({
    ...{ store, freshly, ids, clock },
    onRemoved: (member) => notices.forget(member),
  });
  const passwords = makePasswords(hashCost);
  const throttle = makeThrottle(clock);
  const sessions = makeSessions({ store, accounts, members, passwords, throttle, ids, clock });
  const audit = makeAudit({ store, ids, clock });
  const door = openDoor({ guard, clock, egress });
  const mailDoor =
    config.mail === null
      ? null
      : openMailDoor({
          server: config.mail,
          authorities: egress.authorities,
          clock,
          exchangeMsMax: attemptMs,
        });
  const webhooks = makeWebhooks({
    store,
    freshly,
    ids,
    clock,
    judgeUrl: (url, accountId) => guard.judge(url, accountId),
    webhooksPerAccountMax: config.webhooksPerAccount,
    sendsMail: mailDoor !== null,
    onSilenced(webhook) {
      sender.drop(webhook.id);
      clearing.wake();
    },
    onRemoved(webhook) {
      sender.forget(webhook.id);
      clearing.wake();
    },
    onCommitted: (owed) => sender.offer(owed),
  });

  const { publicUrl } = config;
  const serverUrl = () => publicUrl ?? url;
  // Links in letters are good at every process, and after a restart.
  const tokens = makeUnsubscribeTokens(await claimSecret(store, unsubscribeNote));
  const mailing = makeMailing({ door: mailDoor, clock });
  const post = makePost({
    ...{ mailing, store, tokens, serverUrl },
    trackUrl: (account, trackingId) => trackUrl(serverUrl(), account, trackingId),
    onGone({ accountId, mail }) {
      if (mail?.to === 'member') void notices.forget({ accountId, id: mail.memberId }).catch(() => {});
    },
  });
  const notices = makeNotices({ webhooks, accounts });

  const listeners: ((report: AttemptReport) => void)[] = [];
  const tools = { door, post, clock, ids, userAgent: `Waybell/${VERSION}`, random: Math.random };
  const networkFailures = makeOwnFailures({ log, clock, of: networkWords });
  const mailFailures = makeOwnFailures({ log, clock, of: mailWords });
  const attemptTallies = makeAttemptTallies({ store, log });
  const courierTallies = makeCourierTallies({ store, log });
  const stopping = new AbortController();
  const census = makeCensus({ store, signal: stopping.signal });
  const metrics = makeMetrics({
    clock,
    networkFails: () => networkFailures.failingSince !== null,
    mailFails: () => mailFailures.failingSince !== null,
    load: () => sender.load(),
    storeSize: () => store.size(),
    storeRows: () => census.rows,
  });
  const sender: Sender = makeSender({
    ...tools,
    store,
    log,
    shards: {
      holds: (shard) => shards.holds('send', shard),
      epoch: (shard) => shards.epoch('send', shard, attemptMs),
      held: () => shards.held('send'),
    },
    onElsewhere: (owed) => elsewhere.pass(owed),
    onOpened: (webhookId) => elsewhere.tellOpened(webhookId),
    onSettledElsewhere: (delivery) => elsewhere.tellSettled(delivery),
    inFlightMax,
    heldBytesMax,
    timeBefore,
    webhookOf: webhooks.find,
    webhooksOf: webhooks.listeners,
    accountOf: accounts.get,
    disable: async (webhook, cause) => {
      await webhooks.disable(webhook.accountId, webhook.id, cause);
    },
    isAcceptedElsewhere: (webhook, since) => elsewhere.isAccepted(webhook, since),
    onHealth: webhooks.keepHealth,
    onAttempt(report) {
      metrics.attempted(report);
      if (report.webhook.mail === null) {
        networkFailures.attempted(report);
        attemptTallies.attempted(report.attempt);
      } else mailFailures.attempted(report);
      for (const listener of listeners) listener(report);
    },
  });

  const hearing = makeHearing({ accounts, webhooks, sender, log });
  const elsewhere = makeElsewhere({ store, log, sender, polling: { wake: () => polling.wake() }, shards });

  const render: ReplayOptions['render'] = (version, source) =>
    renderData(version, renderingOf({ ...source, courierOf }));
  const pollable = (code: string) => adapterOf(code) !== null;
  const ingest: Ingest = metrics.counting(
    makeIngest({
      store,
      ids,
      news,
      flushesMax: store.commitsAtOnce,
      accountOf: accounts.get,
      webhooksOf: webhooks.listeners,
      courierOf,
      candidateOf: confidentCourier,
      pollable,
      onCommitted(owed, trackings) {
        sender.offer(owed);
        elsewhere.passPolls(trackings.filter(({ pollAt }) => pollAt !== null));
      },
    }),
  );
  const polling = makePolling({
    ...{ store, ingest, clock, log, adapterOf },
    onAsked: courierTallies.asked,
    shards: () => shards.held('poll'),
  });
  const hourly = makeHourly(
    {
      expire: () => expire({ store, ingest, clock }),
      forgetAnswers: () => store.forgetAnswers(clock.now() - limits.idempotencyHours * 3_600_000),
      prune: () => prune({ store, clock, days: config.retentionDays, signal: stopping.signal }),
      pruneTrackings: () =>
        pruneTrackings({
          ...{ store, clock, days: config.trackingRetentionDays, signal: stopping.signal },
          forget: ingest.forget,
        }),
      fillTerms: () => fillTerms({ store, clock, signal: stopping.signal }),
      findStalled: () => findStalled({ store, clock, signal: stopping.signal }),
      forgetSessions: () => store.forgetSessions(clock.now()),
      forgetAudit: () => audit.forget(),
      keepRecipients: () => notices.keepAllRecipients(),
      forgetFigures: () => forgetFigures({ store, clock, signal: stopping.signal }),
      count: () => census.take(),
    },
    // Any one process, as long as it is one.
    { log, isOwn: () => shards.holds('poll', 0) },
  );
  const clearing = makeClearing({ store, log });
  const reorder = makeReorder({ store, sender, leaseMs });
  const secretsOf = async (accountId: Account['id']) =>
    (await webhooks.list(accountId)).map((webhook) => webhook.secret);
  const inbox = makeInbox({ store, accounts, ids, clock, secretsOf });

  // Whoever is signed in is so at every process, and after a restart.
  const sessionSecret = await claimSecret(store, secretNote);
  const server = await makeServer({
    services: {
      accounts,
      atOnce: makeAtOnce({ mailing, accounts, clock, serverUrl }),
      audit,
      backups: makeBackups({ store, clock, log, folder: backupFolderOf(folder) }),
      clock,
      courierCredentials: makeCourierCredentials({ store, clock, adapters: adaptersWithCredentials() }),
      deliveries: makeDeliveries({ ...tools, store, sender, reorder, webhooks }),
      events: store,
      figures: makeFigures({ store, webhooks, clock }),
      hearNews: news.catchUp,
      idempotency: makeIdempotency({ store, clock }),
      inbox,
      ingest,
      mailing,
      members,
      metrics,
      notices,
      outsideUrl: makeOutsideUrl(publicUrl),
      ownUrl: () => url,
      sender,
      sessions,
      people: makePeople({
        store,
        render,
        forget: ingest.forget,
        rest: (webhook) => reorder(webhook, async () => {}),
      }),
      replayMissing: makeReplay({ store, webhooks, reorder, ids, clock, render }),
      removeSamples: (accountId) => removeSamples(accountId, { store, ingest, webhooks, clock }),
      store,
      trackingPages: makeTrackingPages({ store, clock }),
      trackings: makeTrackings({ store, ingest, clock, pollable }),
      unsubscribing: makeUnsubscribing({ tokens, notices, accounts, store, clock }),
      views: makeViews({ store, ids, clock }),
      webhooks,
    },
    log,
    trustProxy: config.trustProxy,
    version: VERSION,
    publicUrl,
    consoleFolder,
    sessionSecret,
    isApi: roles.includes('api'),
    trackingmoreRateLimits: config.trackingmoreRateLimits,
  });
  let first: App['first'];
  try {
    // The port first: an account made by a start that then fails would never have its key shown.
    url = await listen(server, config);
    first = roles.includes('api') ? await makeFirstAccount(config.first, { accounts, store, folder }) : null;
  } catch (error) {
    await server.close();
    await store.close();
    throw error;
  }
  const { hostname, port } = new URL(url);
  address = { host: hostname, port: Number(port || 80) };
  await news.start();
  const firstMember = roles.includes('api')
    ? await makeFirstMember(config.first, { accounts, members, passwords })
    : null;
  store.onSignal((text) => {
    // Null: something may have been missed.
    if (text === null || text === 'news') news.catchUp().catch(() => {});
    if (text !== 'news') elsewhere.hear(text);
  });
  await shards.start();
  if (!shards.isAlone) {
    elsewhere.start();
    clearing.start();
  }
  attemptTallies.start();
  courierTallies.start();
  polling.start();
  hourly.start();
  uses.start();

  return {
    store,
    accounts,
    members,
    webhooks,
    ingest,
    sender,
    inbox,
    server,
    clock,
    url,
    first,
    firstMember,
    onAttempt: (listener) => listeners.push(listener),
    async stop() {
      stopping.abort();
      await Promise.all([
        closeServer(server, config.drainSeconds * 1000),
        polling.stop(),
        hourly.stop(),
        clearing.stop(),
      ]);
      await ingest.idle();
      await uses.stop();
      const drained = await sender.stop(config.drainSeconds * 1000);
      news.stop();
      elsewhere.stop();
      await shards.stop();
      await door.close();
      mailDoor?.close();
      await Promise.all([attemptTallies.stop(), courierTallies.stop()]);
      await store.close();
      return { drained };
    },
  };
}

/** The data directory holds the keys of operator and first account in any case. */
function openStore({ database }: Config, folder: string): Promise<Store> {
  if (database === null) return openSqliteStore({ folder, key: null });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openPostgresStore({ ...database, key: database.vaultKey });
}

/** The same at every process, and after a restart. */
function claimSecret(store: Store, note: string): Promise<string> {
  return store.claimNote(note, randomBytes(32).toString('base64url'));
}

/** What needs the store's lock before there is anything else to stop: where it fails, the store is let go of. */
async function orClose<T>(store: Store, run: () => T): Promise<T> {
  try {
    return run();
  } catch (error) {
    await store.close();
    throw error;
  }
}
