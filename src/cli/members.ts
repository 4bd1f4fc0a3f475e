/** `waybell members`: who may sign in to an account's console. */
import { Command, Option } from 'commander';
import { given } from '../base/given.ts';
import { ROLES } from '../domain/account.ts';
import { foldedEmail } from '../domain/email.ts';
import type { Client, Invitation, Member, Role } from '../sdk/client.ts';
import { type ConnectFlags, connected, UsageError, withConnection } from './connect.ts';
import { printPage } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { type Column, printJson } from './table.ts';
import { paint, print } from './terminal.ts';

interface InviteFlags extends ConnectFlags {
  readonly role: Role;
  readonly name?: string;
}

export function membersCommand(): Command {
  const command = new Command('members').description('who may sign in: list, invite, link, remove');
  withConnection(command.command('list').description('the members of the account'))
    .addHelpText('after', '\nExample:\n  waybell members list')
    .action((flags: ConnectFlags) => connected(flags, (client) => list(client, flags)));
  withConnection(
    command
      .command('invite <EMAIL>')
      .description('make a member, and a link to set a password by; it is printed, this once')
      .addOption(new Option('--role <ROLE>', 'what the member may do').choices(ROLES).default('member'))
      .option('--name <NAME>', 'what the member is called'),
  )
    .addHelpText('after', '\nExample:\n  waybell members invite anna@shop.example --role owner')
    .action((email: string, flags: InviteFlags) =>
      connected(flags, (client) => invite(client, email, flags)),
    );
  withConnection(
    command.command('link <EMAIL>').description('make a new link for a member to set a password by'),
  )
    .addHelpText('after', '\nExample:\n  waybell members link anna@shop.example')
    .action((email: string, flags: ConnectFlags) => connected(flags, (client) => link(client, email, flags)));
  withConnection(
    command.command('remove <EMAIL>').description('remove a member, who is signed out everywhere at once'),
  )
    .addHelpText('after', '\nExample:\n  waybell members remove anna@shop.example')
    .action((email: string, flags: ConnectFlags) =>
      connected(flags, (client) => remove(client, email, flags)),
    );
  return command;
}

async function list(client: Client, { json }: ConnectFlags): Promise<void> {
  printPage(await client.members.list({ limit: 500 }).page(), { json, columns, none: 'No members.' });
}

async function invite(client: Client, email: string, { role, name, json }: InviteFlags): Promise<void> {
  const invitation = await client.members.invite(given({ email, role, name }));
  showLink(invitation, json);
}

async function link(client: Client, email: string, { json }: ConnectFlags): Promise<void> {
  const { id } = await memberCalled(client, email);
  showLink(await client.members.makeLink(id), json);
}

async function remove(client: Client, email: string, { json }: ConnectFlags): Promise<void> {
  const { id } = await memberCalled(client, email);
  await client.members.remove(id);
  if (json) printJson({ id, removed: true });
  else print(`Removed ${email}.`);
}

/** @throws UsageError where the account has none with this email */
async function memberCalled(client: Client, email: string): Promise<Member> {
  for await (const member of client.members.list({ limit: 500 }))
    if (foldedEmail(member.email) === foldedEmail(email)) return member;
  throw new UsageError(`The account has no member "${email}". \`waybell members list\` shows them.`);
}

function showLink(invitation: Invitation, json: boolean | undefined): void {
  if (json) {
    printJson(invitation);
    return;
  }
  const { member } = invitation;
  print(`${member.email} (${member.role}), ${member.id}`);
  print(`Link to set a password by, once and within 24 hours: ${paint.link(invitation.link)}`);
}

const columns: readonly Column<Member>[] = [
  { heading: 'EMAIL', cell: (row) => row.email, paint: paint.strong },
  { heading: 'NAME', cell: (row) => row.name },
  { heading: 'ROLE', cell: (row) => row.role },
  { heading: 'PASSWORD', cell: (row) => row.has_password },
  { heading: 'SIGNED IN', cell: (row) => (row.signed_in_at === null ? null : localTimeOf(row.signed_in_at)) },
];
