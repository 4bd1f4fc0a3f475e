/** `waybell deliveries`: what is owed and was sent, with every attempt. */
import { Command, Option } from 'commander';
import { given } from '../base/given.ts';
import { PUBLIC_DELIVERY_STATES } from '../domain/delivery.ts';
import type { Attempt, Client, Delivery, RedeliverFilter } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { type PageFlags, pageOf, printPage, withPaging } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { inPortions, showProgress } from './progress.ts';
import { answerText } from './sendTest.ts';
import { readSince } from './since.ts';
import { type Column, printFields, printJson, printTable } from './table.ts';
import { paint, print } from './terminal.ts';
import { trackingIdOf } from './trackings.ts';

interface ListFlags extends ConnectFlags, PageFlags {
  readonly state?: string;
  readonly webhook?: string;
  readonly tracking?: string;
  readonly since?: string;
}

export function deliveriesCommand(): Command {
  const command = new Command('deliveries').description(
    'what is owed and was sent: list, look at attempts, send again',
  );
  withConnection(
    withPaging(command.command('list'))
      .description('deliveries, newest first')
      .addOption(new Option('--state <STATE>', 'only those').choices(PUBLIC_DELIVERY_STATES))
      .option('--webhook <WEBHOOK>', 'only those to this webhook')
      .option('--tracking <TRACKING>', 'only those of this parcel (id or number)')
      .option('--since <TIME>', 'only those made at or after it: a date, a time, or 2h, 3d', readSince),
  )
    .addHelpText('after', '\nExample:\n  waybell deliveries list --state parked --since 2d')
    .action((flags: ListFlags) => connected(flags, (client) => list(client, flags)));
  withConnection(
    command
      .command('get <DELIVERY>')
      .description(
        'one delivery with every attempt: when, what came back, how long, what was made of it, what is next',
      ),
  )
    .addHelpText('after', '\nExample:\n  waybell deliveries get dlv_…')
    .action((id: string, flags: ConnectFlags) => connected(flags, (client) => get(client, id, flags)));
  withConnection(
    command
      .command('redeliver <DELIVERY>')
      .description('send a delivery again now, whatever its state and out of order'),
  )
    .addHelpText(
      'after',
      '\nThe id is the same, so a receiver that keeps ids drops it. Exit code 1 where it was not accepted.\n\nExample:\n  waybell deliveries redeliver dlv_…',
    )
    .action((id: string, flags: ConnectFlags) => connected(flags, (client) => redeliver(client, id, flags)));
  withConnection(
    command
      .command('redeliver-all')
      .description('send all that fit again now, oldest first, whatever their state and out of order')
      .requiredOption('--webhook <WEBHOOK>', 'those to this webhook')
      .addOption(
        new Option('--state <STATE>', 'only those').choices(['waiting', 'accepted', 'parked', 'cancelled']),
      )
      .option('--tracking <TRACKING>', 'only those of this parcel (id or number)')
      .option('--since <TIME>', 'only those made at or after it: a date, a time, or 2h, 3d', readSince)
      .option('--until <TIME>', 'only those made at or before it', readSince)
      .option('--dry-run', 'only count them'),
  )
    .addHelpText(
      'after',
      '\nParked ones are better put back in order by `waybell webhooks recover`. Exit code 1 where any was not accepted.\n\nExample:\n  waybell deliveries redeliver-all --webhook wh_… --state accepted --since 2h',
    )
    .action((flags: RedeliverAllFlags) => connected(flags, (client) => redeliverAll(client, flags)));
  return command;
}

async function list(client: Client, flags: ListFlags): Promise<void> {
  const tracking = flags.tracking === undefined ? undefined : await trackingIdOf(client, flags.tracking);
  const query = {
    state: flags.state,
    webhook_id: flags.webhook,
    tracking_id: tracking,
    created_from: flags.since,
  };
  const page = await client.deliveries.list({ ...pageOf(flags), ...query }).page();
  printPage(page, { json: flags.json, columns, none: 'No deliveries.' });
}

async function get(client: Client, id: string, { json }: ConnectFlags): Promise<void> {
  const delivery = await client.deliveries.get(id);
  if (json) return printJson(delivery);
  printFields({
    id: delivery.id,
    state: delivery.state,
    parcel: parcelText(delivery),
    webhook: `${delivery.webhook_id} (${delivery.version})`,
    event: delivery.event_id,
    created: localTimeOf(delivery.created_at),
    settled: localTimeOf(delivery.settled_at),
    'next attempt': nextText(delivery),
  });
  print();
  printTable(delivery.attempts, attemptColumns, 'No attempts yet.');
}

async function redeliver(client: Client, id: string, { json }: ConnectFlags): Promise<void> {
  const attempt = await client.deliveries.redeliver(id);
  if (attempt.verdict !== 'accepted') process.exitCode = 1;
  if (json) printJson(attempt);
  else printTable([attempt], attemptColumns, '');
}

interface RedeliverAllFlags extends ConnectFlags {
  readonly webhook: string;
  readonly state?: NonNullable<RedeliverFilter['state']>;
  readonly tracking?: string;
  readonly since?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
}

async function redeliverAll(client: Client, flags: RedeliverAllFlags): Promise<void> {
  const filter: RedeliverFilter = given({
    webhook_id: flags.webhook,
    state: flags.state,
    tracking_id: flags.tracking === undefined ? undefined : await trackingIdOf(client, flags.tracking),
    created_from: flags.since,
    // Without an end it would go on with what is made meanwhile.
    created_to: flags.until ?? readSince('0m'),
  });
  let count = 0;
  await inPortions(
    (from) => client.deliveries.redeliverMany({ ...filter, ...from, dry_run: true }),
    (portion) => {
      count += portion.count;
      showProgress(`${count} found`, flags);
    },
  );
  const total = { count, sent: 0, accepted: 0, skipped: 0 };
  if (!flags.dryRun)
    await inPortions(
      (from) => client.deliveries.redeliverMany({ ...filter, ...from }),
      ({ sent, accepted, skipped }) => {
        total.sent += sent;
        total.accepted += accepted;
        total.skipped += skipped;
        showProgress(`${total.sent} of ${count} sent, ${total.accepted} accepted`, flags);
      },
    );
  showProgress('', flags);
  if (total.accepted < total.sent) process.exitCode = 1;
  if (flags.json) printJson(total);
  else if (flags.dryRun) print(`${count} deliveries would be sent again.`);
  else print(`${total.sent} sent, ${total.accepted} accepted, ${total.skipped} skipped.`);
}

function parcelText({ tracking_number: number, revision }: Delivery): string {
  return number === null ? 'none: it tells of the sending' : `${number}, revision ${revision}`;
}

function nextText({ state, next_attempt_at: next }: Delivery): string {
  if (next !== null) return localTimeOf(next);
  if (state === 'waiting') return 'now, or when the earlier ones of this parcel are settled';
  if (state === 'sending') return 'under way';
  return state === 'parked' ? 'none; `waybell webhooks recover` puts it back' : 'none';
}

function stateText(text: string, { state }: Delivery): string {
  if (state === 'accepted') return paint.good(text);
  return state === 'parked' ? paint.warn(text) : text;
}

const columns: readonly Column<Delivery>[] = [
  { heading: 'CREATED', cell: (row) => localTimeOf(row.created_at) },
  { heading: 'STATE', cell: (row) => row.state, paint: stateText },
  { heading: 'NUMBER', cell: (row) => row.tracking_number ?? '–', paint: paint.strong },
  { heading: 'REV', cell: (row) => row.revision ?? '–' },
  { heading: 'VERSION', cell: (row) => row.version },
  { heading: 'ATTEMPTS', cell: (row) => row.attempt_count },
  { heading: 'NEXT ATTEMPT', cell: (row) => localTimeOf(row.next_attempt_at) },
  { heading: 'ID', cell: (row) => row.id, paint: paint.dim },
];

const attemptColumns: readonly Column<Attempt>[] = [
  { heading: '#', cell: (row) => row.number },
  { heading: 'TIME', cell: (row) => localTimeOf(row.started_at) },
  { heading: 'CAUSE', cell: (row) => row.cause },
  { heading: 'RESPONSE', cell: answerText },
  { heading: 'MS', cell: (row) => Math.round(row.timings.total_ms) },
  { heading: 'VERDICT', cell: (row) => row.verdict },
  { heading: 'REASON', cell: (row) => row.reason, whole: true },
];
