/**
 * A webhook as the API takes and writes it. What may be a credential is hidden: the userinfo of the URL and the values
 * of headers. A hidden value that is sent back means the one it hides, so a program may read, edit and write.
 */
import Type from 'typebox';
import type { Account } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import { type Status, WEBHOOK_VERSIONS } from '../../domain/status.ts';
import { FIRES_ON, SELECTABLE_STATUSES, type Webhook } from '../../domain/webhook.ts';
import { cleanText } from '../../normalise/text.ts';
import type { WebhookDraft } from '../../webhooks/webhooks.ts';
import { Instant, instantsOf, nullable, oneOf } from './fields.ts';

const hidden = '(hidden)';
const hiddenUserinfo = '***';

const settings = {
  url: Type.String({
    maxLength: limits.urlCharsMax,
    description: 'http:// or https://; userinfo is shown as `***`.',
  }),
  description: Type.String({ maxLength: limits.fieldCharsMax }),
  version: oneOf(WEBHOOK_VERSIONS, 'The form of the body and its signature.'),
  callback: Type.Boolean({ description: 'With false any answer counts as accepted.' }),
  statuses: Type.Union(
    [
      Type.Unsafe<'all'>({ enum: ['all'] }),
      Type.Array(Type.Unsafe<Status>(oneOf(SELECTABLE_STATUSES)), { minItems: 1, uniqueItems: true }),
    ],
    { description: '`all` means all but pending.' },
  ),
  fires_on: oneOf(FIRES_ON),
  ordered: Type.Boolean({ description: "A parcel's later revisions wait for its earlier ones." }),
  headers: Type.Record(Type.String(), Type.String(), {
    description: `Sent with every request besides Waybell's own; values are shown as \`${hidden}\`.`,
  }),
  retry_seconds: nullable(
    Type.Array(Type.Integer({ minimum: 1, maximum: 604_800 }), {
      minItems: 1,
      maxItems: 50,
      description: 'Seconds to wait after each failed attempt; null: 30 s, doubling, 14 attempts in all.',
    }),
  ),
};

export const settingSchemas = {
  url: Type.Optional(settings.url),
  description: Type.Optional(settings.description),
  version: Type.Optional(settings.version),
  callback: Type.Optional(settings.callback),
  statuses: Type.Optional(settings.statuses),
  fires_on: Type.Optional(settings.fires_on),
  ordered: Type.Optional(settings.ordered),
  headers: Type.Optional(settings.headers),
  retry_seconds: Type.Optional(settings.retry_seconds),
};

const Settings = Type.Object(settingSchemas);
type Settings = Type.Static<typeof Settings>;

export const WebhookSchema = Type.Object({
  id: Type.String(),
  ...settings,
  enabled: Type.Boolean(),
  disabled_reason: nullable(Type.String()),
  previous_secret_until: nullable(Instant),
  created_at: Instant,
  updated_at: Instant,
});

export function webhookJson(webhook: Webhook, account: Account): Type.Static<typeof WebhookSchema> {
  const instant = instantsOf(account);
  return {
    id: webhook.id,
    url: shownUrl(webhook.url),
    description: webhook.description,
    version: webhook.version,
    callback: webhook.callback,
    statuses: webhook.statuses === 'all' ? 'all' : [...webhook.statuses],
    fires_on: webhook.firesOn,
    ordered: webhook.ordered,
    headers: Object.fromEntries(Object.keys(webhook.headers).map((name) => [name, hidden])),
    retry_seconds: webhook.retrySeconds === null ? null : [...webhook.retrySeconds],
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    previous_secret_until: instant(webhook.previousSecretUntil),
    created_at: instant(webhook.createdAt),
    updated_at: instant(webhook.updatedAt),
  };
}

/** What was said, in the words of the domain; what was not said is left out. */
export function draftOf(said: Settings): WebhookDraft {
  return {
    ...(said.url === undefined ? {} : { url: said.url }),
    ...(said.description === undefined
      ? {}
      : { description: cleanText(said.description, limits.fieldCharsMax) }),
    ...(said.version === undefined ? {} : { version: said.version }),
    ...(said.callback === undefined ? {} : { callback: said.callback }),
    ...(said.statuses === undefined ? {} : { statuses: said.statuses }),
    ...(said.fires_on === undefined ? {} : { firesOn: said.fires_on }),
    ...(said.ordered === undefined ? {} : { ordered: said.ordered }),
    ...(said.headers === undefined ? {} : { headers: said.headers }),
    ...(said.retry_seconds === undefined ? {} : { retrySeconds: said.retry_seconds }),
  };
}

/** The same for a webhook that exists: a hidden value stands for the one it hides. */
export function changesOf(said: Settings, known: Webhook): WebhookDraft {
  const { url, headers, ...draft } = draftOf(said);
  return {
    ...draft,
    ...(url === undefined ? {} : { url: url === shownUrl(known.url) ? known.url : url }),
    ...(headers === undefined ? {} : { headers: revealed(headers, known.headers) }),
  };
}

function revealed(headers: Webhook['headers'], known: Webhook['headers']): Webhook['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === hidden ? (known[name] ?? value) : value]),
  );
}

function shownUrl(url: string): string {
  if (!url.includes('@') || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = hiddenUserinfo;
  parsed.password = '';
  return parsed.href;
}
