/** `waybell keys`: the API keys of an account. */
import { Command, Option } from 'commander';
import { ROLES } from '../domain/account.ts';
import type { ApiKey, Client, Role } from '../sdk/client.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { printPage } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { type Column, printJson } from './table.ts';
import { paint, print } from './terminal.ts';

interface CreateFlags extends ConnectFlags {
  readonly role: Role;
}

export function keysCommand(): Command {
  const command = new Command('keys').description('API keys: list, create, revoke');
  withConnection(command.command('list').description('the keys, by their first characters'))
    .addHelpText('after', '\nExample:\n  waybell keys list')
    .action((flags: ConnectFlags) => connected(flags, (client) => list(client, flags)));
  withConnection(
    command
      .command('create <NAME>')
      .description('make a key; it is printed, this once')
      .addOption(new Option('--role <ROLE>', 'what it may do').choices(ROLES).default('member')),
  )
    .addHelpText('after', '\nExample:\n  waybell keys create "shop system" --role member')
    .action((name: string, flags: CreateFlags) => connected(flags, (client) => create(client, name, flags)));
  withConnection(command.command('revoke <KEY-ID>').description('make a key worthless at once'))
    .addHelpText('after', '\nExample:\n  waybell keys revoke key_…')
    .action((id: string, flags: ConnectFlags) => connected(flags, (client) => revoke(client, id, flags)));
  return command;
}

async function list(client: Client, { json }: ConnectFlags): Promise<void> {
  printPage(await client.keys.list().page(), { json, columns, none: 'No keys.' });
}

async function create(client: Client, name: string, { role, json }: CreateFlags): Promise<void> {
  const made = await client.keys.create({ name, role });
  if (json) return printJson(made);
  print(`${made.name} (${made.role}), ${made.id}`);
  print(`API key, shown this once: ${paint.strong(made.key)}`);
}

async function revoke(client: Client, id: string, { json }: ConnectFlags): Promise<void> {
  await client.keys.revoke(id);
  if (json) printJson({ id, revoked: true });
  else print(`Revoked ${id}.`);
}

const columns: readonly Column<ApiKey>[] = [
  { heading: 'ID', cell: (row) => row.id },
  { heading: 'NAME', cell: (row) => row.name, paint: paint.strong },
  { heading: 'ROLE', cell: (row) => row.role },
  { heading: 'BEGINS WITH', cell: (row) => row.hint },
  { heading: 'CREATED', cell: (row) => localTimeOf(row.created_at) },
  {
    heading: 'LAST USED',
    cell: ({ last_used_at: at }) => (at === null ? 'not yet' : localTimeOf(at)),
  },
];
