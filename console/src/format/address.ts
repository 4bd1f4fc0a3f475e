/** What the address of a format page may say, and which version one is shown who names none. */
import type { QueryClient } from '@tanstack/react-query';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { type Status, selectable, versions, webhookQuery, webhooksQuery } from '../webhooks/webhooks.ts';
import type { CodeLanguage } from './languages.ts';

interface FormatSearch {
  readonly webhook?: string;
  readonly status?: Status;
  readonly language?: CodeLanguage;
}

const codeNames: readonly CodeLanguage[] = ['php', 'java', 'node', 'python', 'go', 'ruby', 'csharp'];

export function readFormatSearch(said: Record<string, unknown>): FormatSearch {
  const status = selectable.find((one) => one === said.status);
  const language = codeNames.find((one) => one === said.language);
  return {
    ...(typeof said.webhook === 'string' && /^wh_\w+$/.test(said.webhook) ? { webhook: said.webhook } : {}),
    ...(status === undefined ? {} : { status }),
    ...(language === undefined ? {} : { language }),
  };
}

export function isVersion(said: string): said is WebhookVersion {
  return (versions as readonly string[]).includes(said);
}

/** That of the webhook, else of the first there is, else the one for new receivers. */
export async function versionFor(queries: QueryClient, webhook: string | undefined): Promise<WebhookVersion> {
  try {
    if (webhook !== undefined)
      return (await queries.ensureQueryData(webhookQuery(webhook))).version as WebhookVersion;
    return (
      ((await queries.ensureQueryData(webhooksQuery))[0]?.version as WebhookVersion | undefined) ?? 'standard'
    );
  } catch {
    // The page itself says what is wrong, once it asks.
    return 'standard';
  }
}
