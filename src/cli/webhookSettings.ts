/** What `webhooks add` and `webhooks edit` have in common: the settings of a webhook as options. */
import { type Command, Option } from 'commander';
import { given } from '../base/given.ts';
import { WEBHOOK_VERSIONS } from '../domain/status.ts';
import { FIRES_ON } from '../domain/webhook.ts';
import type { OperationalEventType, Status, Webhook, WebhookDraft } from '../sdk/client.ts';
import { positiveNumber, several, wholeNumber } from './listQuery.ts';

export interface SettingFlags {
  readonly version?: NonNullable<WebhookDraft['version']>;
  readonly statuses?: string;
  readonly firesOn?: NonNullable<WebhookDraft['fires_on']>;
  readonly callback?: boolean;
  readonly ordered?: boolean;
  readonly description?: string;
  readonly header?: string[];
  readonly rate?: number;
  readonly retryDaily?: boolean;
  readonly disableAfterDays?: number;
  readonly operationalEvents?: string;
}

export function withSettings(command: Command): Command {
  return command
    .addOption(
      new Option('--version <VERSION>', 'form of the body and its signature').choices(WEBHOOK_VERSIONS),
    )
    .option('--statuses <LIST>', 'statuses that are sent, with commas between (else all)')
    .addOption(new Option('--fires-on <WHEN>', 'when it is sent (else status_change)').choices(FIRES_ON))
    .option('--no-callback', 'any answer counts as accepted')
    .option('--no-ordered', 'do not hold back a later event of a parcel while an earlier one waits')
    .option('--description <TEXT>', 'what it is for')
    .option('--header <NAME: VALUE>', 'sent with every request; may be repeated', several)
    .option('--rate <N>', 'requests a second at most (else as many as it takes)', positiveNumber)
    .option('--retry-daily', 'after the schedule try once a day for ever, instead of parking')
    .option(
      '--disable-after-days <N>',
      'disable it after so many days of nothing but failures (else never)',
      wholeNumber({ min: 1, max: 365 }),
    )
    .option(
      '--operational-events <LIST>',
      "what is told of the account's other webhooks, with commas between, or none (version standard alone)",
    );
}

/** What was said; what was not is left out. */
export function settingsOf(flags: SettingFlags): WebhookDraft {
  return given({
    callback: flags.callback,
    ordered: flags.ordered,
    version: flags.version,
    statuses: flags.statuses === undefined ? undefined : readStatuses(flags.statuses),
    fires_on: flags.firesOn,
    description: flags.description,
    headers: flags.header && readHeaders(flags.header),
    rate_per_second: flags.rate,
    retry_daily: flags.retryDaily,
    disable_after_days: flags.disableAfterDays,
    operational_events:
      flags.operationalEvents === undefined ? undefined : readOperationalEvents(flags.operationalEvents),
  });
}

export function statusesText({ statuses }: Webhook): string {
  return statuses === 'all' ? 'all' : statuses.join(', ');
}

function readStatuses(text: string): 'all' | Status[] {
  // The server knows which there are, and names the one it does not know.
  return text === 'all' ? 'all' : (wordsOf(text) as Status[]);
}

function readOperationalEvents(text: string): OperationalEventType[] {
  return text === 'none' ? [] : (wordsOf(text) as OperationalEventType[]);
}

function wordsOf(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}
