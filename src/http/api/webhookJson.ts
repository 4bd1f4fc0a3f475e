/**
 * A webhook as the API takes and writes it. What may be a credential is hidden: the userinfo of the URL and the values
 * of headers. A hidden value that is sent back means the one it hides, so a program may read, edit and write.
 */
import Type from 'typebox';
import { given } from '../../base/given.ts';
import type { Account } from '../../domain/account.ts';
import { limits } from '../../domain/limits.ts';
import { type Status, WEBHOOK_VERSIONS } from '../../domain/status.ts';
import {
  FIRES_ON,
  OPERATIONAL_EVENT_TYPES,
  type OperationalEventType,
  SELECTABLE_STATUSES,
  type Webhook,
} from '../../domain/webhook.ts';
import { cleanText } from '../../normalise/text.ts';
import type { HeadersDraft } from '../../webhooks/headers.ts';
import type { Outlook } from '../../webhooks/sender.ts';
import type { WebhookDraft } from '../../webhooks/webhooks.ts';
import { Instant, instantsOf, nullable, oneOf } from './fields.ts';
import { revealedUrl, shownUrl } from './hiddenUrl.ts';

const hidden = '(hidden)';

const settings = {
  url: Type.String({
    maxLength: limits.urlCharsMax,
    description:
      'http:// or https://; userinfo is shown as `***`, which means the same when it is sent back for the same host.',
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
    description: `Sent with every request besides Waybell's own; values are shown as \`${hidden}\`. One that is sent back so stays, as long as the host does.`,
  }),
  retry_seconds: nullable(
    Type.Array(Type.Integer({ minimum: 1, maximum: limits.retryWaitSecondsMax }), {
      minItems: 1,
      maxItems: 50,
      description: 'Seconds to wait after each failed attempt; null: 30 s, doubling, 14 attempts in all.',
    }),
  ),
  retry_daily: Type.Boolean({ description: 'After the schedule once a day for ever, instead of parking.' }),
  rate_per_second: nullable(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: limits.ratePerSecondMax,
      description: 'Requests a second at most; null: as many as the receiver takes.',
    }),
  ),
  disable_after_days: nullable(
    Type.Integer({
      minimum: 1,
      maximum: 365,
      description: 'Days of nothing but failures after which it is disabled; null: never.',
    }),
  ),
  signature_headers: nullable(
    Type.Object(
      { id: Type.String(), timestamp: Type.String(), signature: Type.String() },
      {
        additionalProperties: false,
        description: 'Further names of the headers `webhook-id`, `webhook-timestamp`, `webhook-signature`.',
      },
    ),
  ),
  operational_events: Type.Array(Type.Unsafe<OperationalEventType>(oneOf(OPERATIONAL_EVENT_TYPES)), {
    uniqueItems: true,
    description: "What is told of the sending to the account's other webhooks; for version `standard` alone.",
  }),
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
  retry_daily: Type.Optional(settings.retry_daily),
  rate_per_second: Type.Optional(settings.rate_per_second),
  disable_after_days: Type.Optional(settings.disable_after_days),
  signature_headers: Type.Optional(settings.signature_headers),
  operational_events: Type.Optional(settings.operational_events),
};

const Settings = Type.Object(settingSchemas);
type Settings = Type.Static<typeof Settings>;

export const WebhookSchema = Type.Object({
  id: Type.String(),
  ...settings,
  sending: Type.Object(
    { in_flight: Type.Integer(), window: Type.Integer(), closed_until: nullable(Instant) },
    {
      description:
        'Just now: requests under way, how many may be (0: the receiver is away, one request now and then probes it), and until when none begins.',
    },
  ),
  enabled: Type.Boolean(),
  disabled_reason: nullable(Type.String()),
  failing_since: nullable(Instant),
  previous_secret_until: nullable(Instant),
  created_at: Instant,
  updated_at: Instant,
});

export interface WebhookView {
  readonly account: Account;
  outlook(webhookId: string): Outlook;
}

export function webhookJson(webhook: Webhook, view: WebhookView): Type.Static<typeof WebhookSchema> {
  const { account } = view;
  const { inFlight, window, closedUntil } = view.outlook(webhook.id);
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
    retry_daily: webhook.retryDaily,
    rate_per_second: webhook.ratePerSecond,
    disable_after_days: webhook.disableAfterDays,
    signature_headers: webhook.signatureHeaders,
    operational_events: [...webhook.operationalEvents],
    sending: { in_flight: inFlight, window, closed_until: instant(closedUntil) },
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    failing_since: instant(webhook.failingSince),
    previous_secret_until: instant(webhook.previousSecretUntil),
    created_at: instant(webhook.createdAt),
    updated_at: instant(webhook.updatedAt),
  };
}

/** What was said, in the words of the domain; what was not said is left out. A hidden value says that it stays. */
export function draftOf(said: Settings): WebhookDraft {
  return given({
    url: said.url,
    description: said.description && cleanText(said.description, limits.fieldCharsMax),
    version: said.version,
    callback: said.callback,
    statuses: said.statuses,
    firesOn: said.fires_on,
    ordered: said.ordered,
    headers: said.headers && headersOf(said.headers),
    retrySeconds: said.retry_seconds,
    retryDaily: said.retry_daily,
    ratePerSecond: said.rate_per_second,
    disableAfterDays: said.disable_after_days,
    signatureHeaders: said.signature_headers,
    operationalEvents: said.operational_events,
  });
}

/** The same for a webhook that exists: a URL with hidden userinfo stands for the one that it hides. */
export function changesOf(said: Settings, known: Webhook): WebhookDraft {
  const { url, ...draft } = draftOf(said);
  return { ...draft, ...(url === undefined ? {} : { url: revealedUrl(url, known.url) }) };
}

/** Which value that is, is found when the change is made: by then it may be another, or one that must not move along. */
function headersOf(said: Readonly<Record<string, string>>): HeadersDraft {
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => [name, value === hidden ? null : value]),
  );
}
