/** `waybell accounts`: the tenants of this server. For the operator, whose key lies in the data directory. */
import { Command } from 'commander';
import { given } from '../base/given.ts';
import type { Account, Client } from '../sdk/client.ts';
import { showAccount } from './account.ts';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { printPage } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import type { Column } from './table.ts';
import { paint, print } from './terminal.ts';

const keyNote = '\nTakes the operator key: --key, else the file operator-key in the data directory.';

export function accountsCommand(): Command {
  const command = new Command('accounts').description(
    'tenants, for the operator: list, create, suspend, resume',
  );
  withConnection(command.command('list').description('all accounts'))
    .addHelpText('after', `${keyNote}\n\nExample:\n  waybell accounts list`)
    .action((flags: ConnectFlags) => asOperator(flags, (client) => list(client, flags)));
  withConnection(
    command
      .command('create <EMAIL>')
      .description('make an account; prints its first key and its webhook secret, this once')
      .option('--time-zone <NAME>', 'IANA name, e.g. Europe/Stockholm (else UTC)'),
  )
    .addHelpText(
      'after',
      `${keyNote}\nEMAIL is what V2 and V3 webhooks are signed with.\n\nExample:\n  waybell accounts create shop@example.com --time-zone Europe/Stockholm`,
    )
    .action((email: string, flags: CreateFlags) =>
      asOperator(flags, (client) => create(client, email, flags)),
    );
  withConnection(
    command
      .command('suspend <ACCOUNT>')
      .description('refuse all its requests and hold its deliveries back; nothing of it is deleted'),
  )
    .addHelpText('after', `${keyNote}\n\nExample:\n  waybell accounts suspend acc_…`)
    .action((id: string, flags: ConnectFlags) =>
      asOperator(flags, async (client) => showAccount(await client.accounts.suspend(id), flags)),
    );
  withConnection(
    command
      .command('resume <ACCOUNT>')
      .description('take the requests of a suspended account again and send what waited'),
  )
    .addHelpText('after', `${keyNote}\n\nExample:\n  waybell accounts resume acc_…`)
    .action((id: string, flags: ConnectFlags) =>
      asOperator(flags, async (client) => showAccount(await client.accounts.resume(id), flags)),
    );
  return command;
}

interface CreateFlags extends ConnectFlags {
  readonly timeZone?: string;
}

function asOperator(flags: ConnectFlags, run: (client: Client) => Promise<void>): Promise<void> {
  return connected(flags, run, 'operator-key');
}

async function list(client: Client, { json }: ConnectFlags): Promise<void> {
  printPage(await client.accounts.list().page(), { json, columns, none: 'No accounts.' });
}

async function create(client: Client, email: string, { timeZone, json }: CreateFlags): Promise<void> {
  const account = await client.accounts.create(given({ signing_email: email, time_zone: timeZone }));
  showAccount(account, { json: json === true });
  if (json) return;
  print(`API key, shown this once: ${paint.strong(account.key)}`);
  print(`Webhook secret of V4, shown this once: ${paint.strong(account.webhook_secret)}`);
}

const columns: readonly Column<Account>[] = [
  { heading: 'ID', cell: (row) => row.id },
  { heading: 'SIGNING EMAIL', cell: (row) => row.signing_email, paint: paint.strong },
  { heading: 'TIME ZONE', cell: (row) => row.time_zone },
  { heading: 'SUSPENDED', cell: (row) => row.suspended },
  { heading: 'CREATED', cell: (row) => localTimeOf(row.created_at) },
];
