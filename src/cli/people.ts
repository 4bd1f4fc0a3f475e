/** `waybell people`: the data of a person, found, written to a file, and erased. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Client, ErasedPerson, ExportedPerson, PersonQuery, Tracking } from '../sdk/client.ts';
import { type ConnectFlags, connected, UsageError, withConnection } from './connect.ts';
import { localTimeOf } from './localTime.ts';
import { inPortions, showProgress } from './progress.ts';
import { type Column, printJson, printTable } from './table.ts';
import { paint, print } from './terminal.ts';

interface PersonFlags extends ConnectFlags {
  readonly email?: string;
  readonly phone?: string;
  readonly name?: string;
  readonly number?: string;
}

interface EraseFlags extends PersonFlags {
  readonly yes?: boolean;
  readonly includeCheckpoints?: boolean;
  readonly includeOrders?: boolean;
}

export function peopleCommand(): Command {
  const command = new Command('people').description("a person's data: find, export, erase");
  withConnection(withPerson(command.command('find').description('the parcels of a person')))
    .addHelpText('after', '\nExample:\n  waybell people find --email anna@example.com')
    .action((flags: PersonFlags) => connected(flags, (client) => find(client, flags)));
  withConnection(
    withPerson(
      command.command('export <FILE>').description('write all that is kept of a person to a file, as JSON'),
    ),
  )
    .addHelpText('after', '\nExample:\n  waybell people export anna.json --email anna@example.com')
    .action((file: string, flags: PersonFlags) =>
      connected(flags, (client) => exportTo(client, file, flags)),
    );
  withConnection(
    withPerson(command.command('erase').description("erase a person's data; it cannot be undone"))
      .option('--include-checkpoints', "couriers' texts and places too; the courier is not asked again")
      .option('--include-orders', 'order ids and numbers too')
      .option('--yes', 'do it; else it is only said what would be erased'),
  )
    .addHelpText('after', '\nExample:\n  waybell people erase --email anna@example.com --yes')
    .action((flags: EraseFlags) => connected(flags, (client) => erase(client, flags)));
  return command;
}

function withPerson(command: Command): Command {
  return command
    .option('--email <EMAIL>', 'whose email address it is')
    .option('--phone <PHONE>', 'whose phone number it is')
    .option('--name <NAME>', 'who is called so, in full')
    .option('--number <NUMBER>', 'whose parcel has this tracking number');
}

/** @throws UsageError where not exactly one thing is said of the person */
function personIn({ email, phone, name, number: tracking_number }: PersonFlags): PersonQuery {
  const said = Object.entries({ email, phone, name, tracking_number }).filter(
    ([, value]) => value !== undefined,
  );
  if (said.length !== 1) throw new UsageError('Give one of --email, --phone, --name and --number.');
  return Object.fromEntries(said);
}

async function find(client: Client, flags: PersonFlags): Promise<void> {
  const person = personIn(flags);
  const all = { count: 0, trackings: [] as Tracking[], events: 0, members: [] as string[], looked_at: 0 };
  await inPortions(
    (from) => client.people.find({ ...person, ...from }),
    (portion) => {
      all.count += portion.count;
      all.trackings.push(...portion.trackings);
      all.events += portion.events;
      all.members.push(...portion.members);
      all.looked_at += portion.looked_at;
      showProgress(`Looked at ${all.looked_at} …`, flags);
    },
  );
  showProgress('', flags);
  if (flags.json) return printJson(all);
  if (all.count + all.events + all.members.length === 0) return print('Nothing is kept of them.');
  print(`${all.count} parcels, deleted ones included, and ${all.events} events.`);
  if (all.trackings.length > 0) printTable(all.trackings, columns, '');
  if (all.trackings.length < all.count) print(`… and ${all.count - all.trackings.length} more.`);
  for (const id of all.members)
    print(`A member is called so too: ${id}. \`waybell members\` looks after those.`);
}

async function exportTo(client: Client, file: string, flags: PersonFlags): Promise<void> {
  const person = personIn(flags);
  const all = {
    parcels: [] as object[],
    events: [] as object[],
    inbox_messages: [] as object[],
    answers: [] as object[],
    members: [] as object[],
  };
  let lookedAt = 0;
  await inPortions(
    (from) => client.people.export({ ...person, ...from }),
    (portion: ExportedPerson) => {
      for (const [part, items] of Object.entries(all)) items.push(...portion[part as keyof typeof all]);
      lookedAt += portion.looked_at;
      showProgress(`Looked at ${lookedAt} …`, flags);
    },
  );
  showProgress('', flags);
  const exported = { person, ...all };
  try {
    writeFileSync(file, `${JSON.stringify(exported, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`The file cannot be written: ${(error as Error).message}.`);
  }
  const { parcels, events } = all;
  if (flags.json) printJson({ file, parcels: parcels.length, events: events.length });
  else print(`Wrote ${parcels.length} parcels and ${events.length} further events to ${paint.strong(file)}.`);
}

async function erase(client: Client, flags: EraseFlags): Promise<void> {
  const person = personIn(flags);
  if (!flags.yes) {
    await find(client, flags);
    if (!flags.json) print('Nothing was erased. Give --yes to do it; it cannot be undone.');
    return;
  }
  const erased: ErasedPerson['erased'] = {
    trackings: 0,
    events: 0,
    responses: 0,
    inbox_messages: 0,
    answers: 0,
  };
  let lookedAt = 0;
  await inPortions(
    (from) =>
      client.people.erase({
        ...person,
        ...from,
        include_checkpoints: flags.includeCheckpoints ?? false,
        include_orders: flags.includeOrders ?? false,
      }),
    (portion) => {
      for (const part of Object.keys(erased) as (keyof typeof erased)[]) erased[part] += portion.erased[part];
      lookedAt += portion.looked_at;
      showProgress(`Looked at ${lookedAt} …`, flags);
    },
  );
  showProgress('', flags);
  if (flags.json) return printJson({ erased });
  const { trackings, events, responses, inbox_messages, answers } = erased;
  print(`Erased from ${trackings} parcels, ${events} events, ${responses} answers of receivers,`);
  print(`${inbox_messages} messages of the inbox and ${answers} remembered answers.`);
  print('Backups that were made before still hold it.');
}

const columns: readonly Column<Tracking>[] = [
  { heading: 'ID', cell: (row) => row.id },
  { heading: 'NUMBER', cell: (row) => row.tracking_number, paint: paint.strong },
  { heading: 'STATUS', cell: (row) => row.status },
  { heading: 'CREATED', cell: (row) => localTimeOf(row.created_at) },
];
