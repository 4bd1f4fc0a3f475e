/** `waybell webhooks`: where events go, and what to do when a receiver was away. */
import { Command } from 'commander';
import { given } from '../base/given.ts';
import { limits } from '../domain/limits.ts';
import type { Client, RecoverDraft, ReplayDraft, Webhook } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { printPage, wholeNumber } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { inPortions, showProgress } from './progress.ts';
import { type SendTestFlags, sendTest, statusOption } from './sendTest.ts';
import { readSince } from './since.ts';
import { type Column, printFields, printJson } from './table.ts';
import { paint, print } from './terminal.ts';
import { trackingIdOf } from './trackings.ts';
import { type SettingFlags, settingsOf, statusesText, withSettings } from './webhookSettings.ts';

type AddFlags = ConnectFlags & SettingFlags;

interface EditFlags extends AddFlags {
  readonly to?: string;
}

export function webhooksCommand(): Command {
  const command = new Command('webhooks').description(
    'where events go: list, add, edit, test, rotate secrets, recover',
  );
  withConnection(command.command('list').description('the webhooks'))
    .addHelpText('after', '\nExample:\n  waybell webhooks list')
    .action((flags: ConnectFlags) => connected(flags, (client) => list(client, flags)));
  withConnection(
    withSettings(
      command.command('add <URL>').description('send events to URL; prints the secret, this once'),
    ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  waybell webhooks add https://example.com/hook --version v2 --statuses delivered,exception',
    )
    .action((url: string, flags: AddFlags) => connected(flags, (client) => add(client, url, flags)));
  withConnection(
    withSettings(
      command
        .command('edit <WEBHOOK>')
        .description('change what is given; the rest stays')
        .option('--to <URL>', 'send to this address from the next attempt on')
        .option('--callback', 'only an accepting answer counts as accepted')
        .option('--ordered', 'hold back a later event of a parcel while an earlier one waits'),
    ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  waybell webhooks edit wh_… --operational-events webhook.failing,webhook.disabled',
    )
    .action((id: string, flags: EditFlags) => connected(flags, (client) => edit(client, id, flags)));
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
        wholeNumber({ min: 0, max: limits.overlapSecondsMax }),
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
  const webhook = await client.webhooks.create({ url, ...settingsOf(flags) });
  show(webhook, flags);
  if (flags.json) return;
  if (webhook.warning !== undefined) print(`${paint.warn('Mind:')} ${webhook.warning}`);
  print(`Secret, shown this once: ${paint.strong(webhook.secret)}`);
  print(`Try it:  waybell send-test ${webhook.id}`);
}

async function edit(client: Client, id: string, flags: EditFlags): Promise<void> {
  const webhook = await client.webhooks.update(id, { ...settingsOf(flags), ...given({ url: flags.to }) });
  show(webhook, flags);
  if (!flags.json && webhook.warning !== undefined) print(`${paint.warn('Mind:')} ${webhook.warning}`);
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
  const webhook = await client.webhooks.rotateSecret(id, given({ overlap_seconds: overlap }));
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
  const meant: RecoverDraft = given({
    since,
    until,
    tracking_id: tracking === undefined ? undefined : await trackingIdOf(client, tracking),
  });
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
  const meant: ReplayDraft = given({
    since,
    // Without an end it would go on with what happens meanwhile.
    until: until ?? readSince('0m'),
    limit: portionMax,
  });
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
    'operational events': webhook.operational_events.join(', '),
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
