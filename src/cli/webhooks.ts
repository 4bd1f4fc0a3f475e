/** `waybell webhooks`: where events go, and what to do when a receiver was away. */
import { Command, Option } from 'commander';
import { WEBHOOK_VERSIONS } from '../domain/status.ts';
import { FIRES_ON } from '../domain/webhook.ts';
import type { Client, RecoverDraft, ReplayDraft, Status, Webhook, WebhookDraft } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { positiveNumber, printPage, several, wholeNumber } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { inPortions, showProgress } from './progress.ts';
import { type SendTestFlags, sendTest, statusOption } from './sendTest.ts';
import { readSince } from './since.ts';
import { type Column, printFields, printJson } from './table.ts';
import { paint, print } from './terminal.ts';
import { trackingIdOf } from './trackings.ts';

interface AddFlags extends ConnectFlags {
  readonly version?: NonNullable<WebhookDraft['version']>;
  readonly statuses?: string;
  readonly firesOn?: NonNullable<WebhookDraft['fires_on']>;
  readonly callback: boolean;
  readonly ordered: boolean;
  readonly description?: string;
  readonly header?: string[];
  readonly rate?: number;
  readonly retryDaily?: boolean;
  readonly disableAfterDays?: number;
}

export function webhooksCommand(): Command {
  const command = new Command('webhooks').description(
    'where events go: list, add, test, rotate secrets, recover',
  );
  withConnection(command.command('list').description('the webhooks'))
    .addHelpText('after', '\nExample:\n  waybell webhooks list')
    .action((flags: ConnectFlags) => connected(flags, (client) => list(client, flags)));
  withConnection(
    command
      .command('add <URL>')
      .description('send events to URL; prints the secret, this once')
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
      ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  waybell webhooks add https://example.com/hook --version v2 --statuses delivered,exception',
    )
    .action((url: string, flags: AddFlags) => connected(flags, (client) => add(client, url, flags)));
  withConnection(command.command('get <WEBHOOK>').description('one webhook; its secret is not shown again'))
    .addHelpText('after', '\nExample:\n  waybell webhooks get wh_…')
    .action((id: string, flags: ConnectFlags) =>
      connected(flags, async (client) => show(await client.webhooks.get(id), flags)),
    );
  withConnection(
    command
      .command('enable <WEBHOOK>')
      .description('send again; what was parked meanwhile comes back with `recover`'),
  )
    .addHelpText('after', '\nExample:\n  waybell webhooks enable wh_…')
    .action((id: string, flags: ConnectFlags) =>
      connected(flags, async (client) => show(await client.webhooks.enable(id), flags)),
    );
  withConnection(command.command('disable <WEBHOOK>').description('send no more; what it is owed is parked'))
    .addHelpText('after', '\nExample:\n  waybell webhooks disable wh_…')
    .action((id: string, flags: ConnectFlags) =>
      connected(flags, async (client) => show(await client.webhooks.disable(id), flags)),
    );
  withConnection(
    command.command('remove <WEBHOOK>').description('delete a webhook; what waits for it is cancelled'),
  )
    .addHelpText('after', '\nExample:\n  waybell webhooks remove wh_…')
    .action((id: string, flags: ConnectFlags) => connected(flags, (client) => remove(client, id, flags)));
  withConnection(
    command
      .command('test <WEBHOOK>')
      .description('send a sample now and show what came back (the same as send-test)')
      .addOption(statusOption()),
  )
    .addHelpText('after', '\nExample:\n  waybell webhooks test wh_… --status exception')
    .action((id: string, flags: SendTestFlags) => connected(flags, (client) => sendTest(client, id, flags)));
  withConnection(
    command
      .command('rotate-secret <WEBHOOK>')
      .description('make a new secret; the old one signs too for a while')
      .option(
        '--overlap <SECONDS>',
        'how long both sign (else a day)',
        wholeNumber({ min: 0, max: 604_800 }),
      ),
  )
    .addHelpText('after', '\nExample:\n  waybell webhooks rotate-secret wh_… --overlap 3600')
    .action((id: string, flags: ConnectFlags & { overlap?: number }) =>
      connected(flags, (client) => rotate(client, id, flags)),
    );
  withConnection(
    command
      .command('recover <WEBHOOK>')
      .description('put parked deliveries back, the oldest of each parcel first')
      .requiredOption('--since <TIME>', 'those made at or after it: a date, a time, or 2h, 3d', readSince)
      .option('--until <TIME>', 'those made at or before it', readSince)
      .option('--tracking <TRACKING>', 'only those of this parcel (id or number)')
      .option('--dry-run', 'only count them'),
  )
    .addHelpText('after', '\nExample:\n  waybell webhooks recover wh_… --since 2d --dry-run')
    .action((id: string, flags: RecoverFlags) => connected(flags, (client) => recover(client, id, flags)));
  withConnection(
    command
      .command('replay-missing <WEBHOOK>')
      .description('send events it never had, such as those from before it existed')
      .option(
        '--since <TIME>',
        'those at or after it: a date, a time, or 2h, 3d (else all that are kept)',
        readSince,
      )
      .option('--until <TIME>', 'those at or before it', readSince)
      .option('--dry-run', 'only count them'),
  )
    .addHelpText('after', '\nExample:\n  waybell webhooks replay-missing wh_… --since 7d --dry-run')
    .action((id: string, flags: ReplayFlags) => connected(flags, (client) => replay(client, id, flags)));
  return command;
}

async function list(client: Client, { json }: ConnectFlags): Promise<void> {
  const page = await client.webhooks.list().page();
  printPage(page, { json, columns, none: 'No webhooks. Add one with `waybell webhooks add URL`.' });
}

async function add(client: Client, url: string, flags: AddFlags): Promise<void> {
  const webhook = await client.webhooks.create({
    url,
    callback: flags.callback,
    ordered: flags.ordered,
    ...(flags.version === undefined ? {} : { version: flags.version }),
    ...(flags.statuses === undefined ? {} : { statuses: readStatuses(flags.statuses) }),
    ...(flags.firesOn === undefined ? {} : { fires_on: flags.firesOn }),
    ...(flags.description === undefined ? {} : { description: flags.description }),
    ...(flags.header === undefined ? {} : { headers: readHeaders(flags.header) }),
    ...(flags.rate === undefined ? {} : { rate_per_second: flags.rate }),
    ...(flags.retryDaily === undefined ? {} : { retry_daily: flags.retryDaily }),
    ...(flags.disableAfterDays === undefined ? {} : { disable_after_days: flags.disableAfterDays }),
  });
  show(webhook, flags);
  if (flags.json) return;
  if (webhook.warning !== undefined) print(`${paint.warn('Mind:')} ${webhook.warning}`);
  print(`Secret, shown this once: ${paint.strong(webhook.secret)}`);
  print(`Try it:  waybell send-test ${webhook.id}`);
}

async function remove(client: Client, id: string, { json }: ConnectFlags): Promise<void> {
  await client.webhooks.remove(id);
  if (json) printJson({ id, removed: true });
  else print(`Removed ${id}.`);
}

async function rotate(
  client: Client,
  id: string,
  { overlap, json }: ConnectFlags & { overlap?: number },
): Promise<void> {
  const webhook = await client.webhooks.rotateSecret(
    id,
    overlap === undefined ? {} : { overlap_seconds: overlap },
  );
  if (json) return printJson(webhook);
  print(`New secret, shown this once: ${paint.strong(webhook.secret)}`);
  const until = webhook.previous_secret_until;
  print(until === null ? 'The old one signs no more.' : `The old one signs too until ${localTimeOf(until)}.`);
}

/** Put back by one request; some seconds at most. */
const portionMax = 5000;

interface RecoverFlags extends ConnectFlags {
  readonly since: string;
  readonly until?: string;
  readonly tracking?: string;
  readonly dryRun?: boolean;
}

async function recover(
  client: Client,
  id: string,
  { since, until, tracking, dryRun = false, json }: RecoverFlags,
): Promise<void> {
  const meant: RecoverDraft = {
    since,
    ...(until === undefined ? {} : { until }),
    ...(tracking === undefined ? {} : { tracking_id: await trackingIdOf(client, tracking) }),
  };
  const { count: total } = await client.webhooks.recover(id, { ...meant, dry_run: true });
  let count = 0;
  if (!dryRun)
    await inPortions(
      (from) => client.webhooks.recover(id, { ...meant, ...from, limit: portionMax }),
      (portion) => {
        count += portion.count;
        showProgress(`${count} of ${total} put back`, { json });
      },
    );
  showProgress('', { json });
  if (json) printJson({ count: dryRun ? total : count });
  else
    print(
      dryRun
        ? `${total} parked deliveries would be put back.`
        : `${count} parked deliveries were put back; they go out now.`,
    );
}

interface ReplayFlags extends ConnectFlags {
  readonly since?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
}

async function replay(
  client: Client,
  id: string,
  { since, until, dryRun = false, json }: ReplayFlags,
): Promise<void> {
  const meant: ReplayDraft = {
    ...(since === undefined ? {} : { since }),
    // Without an end it would go on with what happens meanwhile.
    until: until ?? readSince('0m'),
    limit: portionMax,
  };
  let count = 0;
  let keptSince = '';
  const run = async (dry: boolean, textOf: (count: number) => string): Promise<void> => {
    count = 0;
    await inPortions(
      (from) => client.webhooks.replayMissing(id, { ...meant, ...from, dry_run: dry }),
      (portion) => {
        count += portion.count;
        keptSince = portion.events_kept_since;
        showProgress(textOf(count), { json });
      },
    );
  };
  await run(true, (found) => `${found} events found`);
  const total = count;
  if (!dryRun) await run(false, (owed) => `${owed} of ${total} events`);
  showProgress('', { json });
  if (json) return printJson({ count, events_kept_since: keptSince });
  print(dryRun ? `${count} events would be sent.` : `${count} events go out now.`);
  print(paint.dim(`Events are kept since ${localTimeOf(keptSince)}.`));
}

function show(webhook: Webhook, { json }: ConnectFlags): void {
  if (json) {
    printJson(webhook);
    return;
  }
  printFields({
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    version: webhook.version,
    statuses: statusesText(webhook),
    'fires on': webhook.fires_on,
    callback: webhook.callback,
    ordered: webhook.ordered,
    headers: Object.keys(webhook.headers).join(', '),
    rate: webhook.rate_per_second === null ? '' : `${webhook.rate_per_second} a second at most`,
    sending: sendingText(webhook),
    enabled: webhook.enabled ? 'yes' : `no: ${webhook.disabled_reason ?? 'disabled'}`,
    created: localTimeOf(webhook.created_at),
  });
}

function sendingText({ sending, failing_since: failingSince }: Webhook): string {
  const { in_flight: inFlight, window, closed_until: until } = sending;
  const now =
    until === null
      ? `${inFlight} of ${Math.max(window, 1)} requests under way`
      : `nothing until ${localTimeOf(until)}`;
  return failingSince === null ? now : `${now}; failing since ${localTimeOf(failingSince)}`;
}

function statusesText({ statuses }: Webhook): string {
  return statuses === 'all' ? 'all' : statuses.join(', ');
}

const columns: readonly Column<Webhook>[] = [
  { heading: 'ID', cell: (row) => row.id },
  { heading: 'VERSION', cell: (row) => row.version },
  {
    heading: 'ENABLED',
    cell: (row) => row.enabled,
    paint: (text, row) => (row.enabled ? text : paint.warn(text)),
  },
  { heading: 'FIRES ON', cell: (row) => row.fires_on },
  { heading: 'STATUSES', cell: statusesText },
  { heading: 'URL', cell: (row) => row.url, whole: true },
];

function readStatuses(text: string): 'all' | Status[] {
  // The server knows which there are, and names the one it does not know.
  return text === 'all' ? 'all' : (text.split(',').map((status) => status.trim()) as Status[]);
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}
