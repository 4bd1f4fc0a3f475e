/**
 * `/track/{token}`: what a merchant's customer sees of a parcel, without a key. A token that leads nowhere, a parcel that was
 * deleted, pages that are switched off and an account that is suspended are answered alike. The account and the token
 * are judged every time; what was read of the parcel holds for a few seconds, so that a page that everybody looks at
 * costs the store one look now and then.
 */
import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../../accounts/accounts.ts';
import {
  isGenuine,
  logoPathOf,
  readLogoToken,
  readTrackToken,
  type TrackLink,
} from '../../accounts/trackLinks.ts';
import type { Clock } from '../../base/clock.ts';
import { courierOf } from '../../couriers/catalogue.ts';
import { type Account, type AccountId, unchangedKeys } from '../../domain/account.ts';
import { defaultSettings } from '../../domain/accountSettings.ts';
import { AppError } from '../../domain/error.ts';
import type { Language } from '../../domain/language.ts';
import { limits } from '../../domain/limits.ts';
import type { Tracking } from '../../domain/tracking.ts';
import { chooseLanguage, spokenLanguage } from '../../texts/chooseLanguage.ts';
import type { Trackings } from '../../tracking/trackings.ts';
import { callerAddress } from '../audited.ts';
import { HTTP_STATUS, refusalOf } from '../problem.ts';
import type { Api } from '../route.ts';
import { makeShortMemory } from './shortMemory.ts';
import { type Instead, insteadPage, type Page, trackPage } from './trackPage.ts';
import { trackViewOf } from './trackView.ts';

export interface TrackServices {
  readonly accounts: Pick<Accounts, 'get' | 'logo'>;
  readonly trackings: Trackings;
  readonly clock: Clock;
}

/** How long a browser goes by what it has. */
const freshSeconds = 30;
/** How long the server does. */
const readMs = 10_000;
const readMax = 500;
/** Of all of those together: some tens of megabytes where each is as long as it can be, which a tenant may make of hundreds. */
const readCheckpointsMax = 20_000;

const schema = { hide: true };

export async function trackRoutes(server: Api, { accounts, trackings, clock }: TrackServices): Promise<void> {
  const read = makeShortMemory<Tracking | null>({
    ...{ clock, forMs: readMs, atMost: readMax },
    weightOf: (tracking) => tracking?.checkpoints.length ?? 0,
    weightMax: readCheckpointsMax,
  });

  const accountOf = (id: AccountId | undefined) => (id === undefined ? null : orNull(accounts.get(id)));

  /** Null: there is nothing to be seen. */
  async function find(token: string): Promise<{ account: Account; tracking: Tracking } | null> {
    const link = readTrackToken(token);
    const account = await accountOf(link?.accountId);
    // Of what is none the MAC is worked out as well: an answer that comes sooner would tell.
    if (!isGenuine(link ?? nobodysLink, account ?? nobody) || link === null || account === null) return null;
    if (account.suspended || !account.settings.trackPage.enabled) return null;
    const tracking = await read(token, () => orNull(trackings.get(account.id, link.trackingId)));
    return tracking === null ? null : { account, tracking };
  }

  await server.register(async (pages: Api) => {
    await pages.register(rateLimit, {
      max: limits.trackPagesPerMinuteMax,
      timeWindow: 60_000,
      keyGenerator: (request) => rateLimit.normalizeIP(callerAddress(request), ipv6NetworkBits),
      errorResponseBuilder: () => new AppError('rate_limited'),
      addHeaders: unsaid,
      addHeadersOnExceeding: unsaid,
    });
    pages.setErrorHandler((error, request, reply) => {
      const refused = refusalOf(error, request, reply);
      const { code } = refused.problem;
      const instead = code === 'rate_limited' ? 'busy' : code.endsWith('_not_found') ? 'none' : 'away';
      return sendInstead(instead, { request, reply, status: HTTP_STATUS[code] });
    });

    pages.get<{ Params: { token: string } }>('/track/:token', { schema }, async (request, reply) => {
      const found = await find(request.params.token);
      if (found === null) return sendInstead('none', { request, reply, status: 404 });
      const { account, tracking } = found;
      const language = languageFor(request, [account.settings.language, tracking.fields.language]);
      const view = trackViewOf({
        account,
        tracking,
        language,
        logo: relative(logoPathOf(account)),
        courierOf,
      });
      return send(trackPage(view), { request, reply, status: 200, language });
    });

    pages.get<{ Params: { token: string } }>('/track/logo/:token', { schema }, async (request, reply) => {
      const link = readLogoToken(request.params.token);
      const account = await accountOf(link?.accountId);
      const isShown = account !== null && link !== null && !account.suspended;
      const logo = isShown ? await accounts.logo(account, link.hashBegins) : null;
      if (logo === null) return sendInstead('none', { request, reply, status: 404 });
      return reply
        .header('content-type', logo.contentType)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('x-robots-tag', 'noindex')
        .send(Buffer.from(logo.data, 'base64'));
    });
  });
}

/** Null: there is no such thing. */
async function orNull<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AppError && error.problem.code.endsWith('_not_found')) return null;
    throw error;
  }
}

const ipv6NetworkBits = 64;

/** How many requests are left is of no use to a browser. */
const unsaid = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

const nobodysLink: TrackLink = {
  accountId: `acc_${'0'.repeat(32)}`,
  trackingId: `trk_${'0'.repeat(32)}`,
  mac: Buffer.alloc(12),
};

const nobody: Account = {
  id: nobodysLink.accountId,
  signingEmail: '',
  webhookSecret: '',
  ...unchangedKeys,
  timeZone: 'UTC',
  settings: defaultSettings,
  trackKey: 'nobody',
  logoHash: null,
  suspended: true,
  createdAt: 0,
};

/** So that a page has it under another host, and another path, too. */
function relative(path: string | null): string | null {
  return path?.replace('/track/', '') ?? null;
}

/** The reader's own choice first, then the merchant's, then the parcel's, then the browser's. */
function languageFor(request: FastifyRequest, wanted: readonly (string | null)[] = []): Language {
  const { lang } = request.query as { lang?: unknown };
  const chosen = [typeof lang === 'string' ? lang : null, ...wanted].find((tag) => spokenLanguage(tag));
  return chooseLanguage(chosen ?? null, request.headers['accept-language'] ?? null);
}

interface Sending {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly status: number;
}

function sendInstead(instead: Instead, sending: Sending): FastifyReply {
  const language = languageFor(sending.request);
  return send(insteadPage(instead, language), { ...sending, language });
}

function send(
  { text, style }: Page,
  { request, reply, status, language }: Sending & { readonly language: Language },
): FastifyReply {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const policy = `default-src 'none'; style-src ${style}; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  reply
    .header('content-security-policy', policy)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .header('x-robots-tag', 'noindex')
    .header('referrer-policy', 'no-referrer');
  if (status >= 429) return reply.code(status).header('cache-control', 'no-store').type(htmlType).send(text);
  reply.header('cache-control', `private, max-age=${freshSeconds}`).header('etag', etag);
  const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (status === 200 && known?.includes(etag)) return reply.code(304).send();
  return reply.code(status).type(htmlType).send(text);
}

const htmlType = 'text/html; charset=utf-8';
