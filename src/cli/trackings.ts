/** `waybell trackings`: the parcels of an account, listed, looked at, added and removed. */
import { Command } from 'commander';
import type { Checkpoint, Client, Tracking, TrackingDraft } from '../sdk/client.ts';
import { type ConnectFlags, connected, UsageError, withConnection } from './connect.ts';
import { type PageFlags, pageOf, printPage, withPaging } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { type Column, printFields, printJson, printTable } from './table.ts';
import { paint, print } from './terminal.ts';

interface ListFlags extends ConnectFlags, PageFlags {
  readonly status?: string;
  readonly courier?: string;
  readonly number?: string;
  readonly search?: string;
  readonly attention?: string;
  readonly archived?: boolean;
}

interface AddFlags extends ConnectFlags {
  readonly courier?: string;
  readonly title?: string;
  readonly order?: string;
  readonly customerName?: string;
  readonly customerEmail?: string;
  readonly from?: string;
  readonly to?: string;
}

export function trackingsCommand(): Command {
  const command = new Command('trackings').description('parcels: list, look at, add, remove');
  withConnection(
    withPaging(command.command('list'))
      .description('the parcels, newest first')
      .option('--search <TEXT>', "only those whose number, order, or customer's email or name begins with it")
      .option('--status <STATUS>', 'only those in this status, e.g. delivered, or in several with commas')
      .option(
        '--attention <KIND>',
        'only those to look at: any, or of exception, failed_attempt, returned, stalled, expired',
      )
      .option('--courier <CODE>', 'only those of this courier')
      .option('--number <NUMBER>', 'only this number')
      .option('--archived', 'only archived ones')
      .option('--no-archived', 'only those not archived'),
  )
    .addHelpText('after', '\nExample:\n  waybell trackings list --status exception --limit 20')
    .action((flags: ListFlags) => connected(flags, (client) => list(client, flags)));
  withConnection(
    command
      .command('get <TRACKING>')
      .description('one parcel with its checkpoints; TRACKING is an id or a number'),
  )
    .addHelpText('after', '\nExample:\n  waybell trackings get LX203960974CN')
    .action((tracking: string, flags: ConnectFlags) =>
      connected(flags, (client) => get(client, tracking, flags)),
    );
  withConnection(
    command
      .command('add <NUMBER>')
      .description('track a number; one that is tracked already takes on what is said')
      .option('--courier <CODE>', 'its courier (else recognised by the number)')
      .option('--title <TEXT>', 'what is in it')
      .option('--order <ID>', "the shop's order id")
      .option('--customer-name <NAME>', 'who gets it')
      .option('--customer-email <EMAIL>', 'the address of who gets it')
      .option('--from <COUNTRY>', 'where it comes from, as two letters')
      .option('--to <COUNTRY>', 'where it goes to, as two letters'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  waybell trackings add LX203960974CN --courier china-ems --order 1001 --to SE',
    )
    .action((number: string, flags: AddFlags) => connected(flags, (client) => add(client, number, flags)));
  withConnection(
    command
      .command('remove <TRACKING>')
      .description('delete a parcel; deliveries that wait still go out, later reports do not bring it back'),
  )
    .addHelpText('after', '\nExample:\n  waybell trackings remove LX203960974CN')
    .action((tracking: string, flags: ConnectFlags) =>
      connected(flags, (client) => remove(client, tracking, flags)),
    );
  return command;
}

/** The id of what a person named by its id or its number. @throws UsageError where that is none or several */
export async function trackingIdOf(client: Client, named: string): Promise<string> {
  if (/^trk_[0-9a-f]{32}$/.test(named)) return named;
  const { data } = await client.trackings.list({ tracking_number: named, limit: 10 }).page();
  const [only, ...others] = data;
  if (only === undefined)
    throw new UsageError(
      `There is no parcel with the number ${named} in this account. \`waybell trackings list\` shows those there are.`,
    );
  if (others.length === 0) return only.id;
  const ids = data.map((tracking) => `  ${tracking.id}  ${tracking.courier_code ?? 'courier unknown'}`);
  throw new UsageError(`Several parcels have the number ${named}. Say which by its id:\n${ids.join('\n')}`);
}

async function list(client: Client, flags: ListFlags): Promise<void> {
  const query = {
    search: flags.search,
    status: flags.status,
    attention: flags.attention,
    courier_code: flags.courier,
    tracking_number: flags.number,
    archived: flags.archived,
  };
  const page = await client.trackings.list({ ...pageOf(flags), ...query }).page();
  printPage(page, {
    json: flags.json,
    columns,
    none: 'No parcels. Add one with `waybell trackings add NUMBER`.',
  });
}

async function get(client: Client, named: string, { json }: ConnectFlags): Promise<void> {
  const tracking = await client.trackings.get(await trackingIdOf(client, named));
  if (json) return printJson(tracking);
  printTracking(tracking);
  print();
  printTable(tracking.checkpoints ?? [], checkpointColumns, 'No checkpoints yet.');
}

async function add(client: Client, number: string, flags: AddFlags): Promise<void> {
  const said: { readonly [Name in keyof TrackingDraft]?: string | undefined } = {
    courier_code: flags.courier,
    title: flags.title,
    order_id: flags.order,
    customer_name: flags.customerName,
    customer_email: flags.customerEmail,
    origin_country: flags.from,
    destination_country: flags.to,
  };
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const tracking = await client.trackings.create({ tracking_number: number, ...given });
  if (flags.json) printJson(tracking);
  else printTracking(tracking);
}

async function remove(client: Client, named: string, { json }: ConnectFlags): Promise<void> {
  const id = await trackingIdOf(client, named);
  await client.trackings.remove(id);
  if (json) printJson({ id, removed: true });
  else print(`Removed ${named}.`);
}

function printTracking(tracking: Tracking): void {
  printFields({
    id: tracking.id,
    number: tracking.tracking_number,
    courier: tracking.courier_code,
    'second courier': tracking.destination_courier_code,
    status: `${tracking.status} (${tracking.substatus})${tracking.manual ? ', set by hand' : ''}`,
    revision: tracking.revision,
    title: tracking.title,
    order: tracking.order_id,
    customer: [tracking.customer_name, tracking.customer_email].filter(Boolean).join(', '),
    way: `${tracking.origin_country ?? '–'} → ${tracking.destination_country ?? '–'}`,
    created: localTimeOf(tracking.created_at),
    updated: localTimeOf(tracking.updated_at),
    page: tracking.track_url,
    archived: tracking.archived,
    stopped: tracking.stopped,
  });
}

const columns: readonly Column<Tracking>[] = [
  { heading: 'NUMBER', cell: (row) => row.tracking_number, paint: paint.strong },
  { heading: 'COURIER', cell: (row) => row.courier_code },
  { heading: 'STATUS', cell: (row) => row.status },
  { heading: 'REV', cell: (row) => row.revision },
  { heading: 'UPDATED', cell: (row) => localTimeOf(row.updated_at) },
  { heading: 'LATEST', cell: (row) => row.latest_checkpoint?.description },
  { heading: 'ID', cell: (row) => row.id, paint: paint.dim },
];

/** Times of scans are shown as reported: they are local to the place. */
const checkpointColumns: readonly Column<Checkpoint>[] = [
  { heading: 'TIME THERE', cell: (row) => row.time.replace('T', ' ') },
  { heading: 'STATUS', cell: (row) => row.substatus },
  { heading: 'SIDE', cell: (row) => row.side },
  { heading: 'PLACE', cell: (row) => row.location },
  { heading: 'WHAT', cell: (row) => row.description, whole: true },
];
