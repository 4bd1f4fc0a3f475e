/** `waybell account`: the account of the key in use, and the two keys that TrackingMore's signatures are made with. */
import { Command } from 'commander';
import { given } from '../base/given.ts';
import { limits } from '../domain/limits.ts';
import type { Account, Client } from '../sdk/client.ts';
import { type ConnectFlags, connected, UsageError, withConnection } from './connect.ts';
import { wholeNumber } from './listQuery.ts';
import { localTimeOf } from './localTime.ts';
import { printFields, printJson } from './table.ts';
import { paint, print } from './terminal.ts';

interface EditFlags extends ConnectFlags {
  readonly signingEmail?: string;
  readonly timeZone?: string;
  readonly overlap?: number;
}

interface RotateFlags extends ConnectFlags {
  readonly secret?: string;
  readonly overlap?: number;
}

const overlap = wholeNumber({ min: 0, max: limits.overlapSecondsMax });

export function accountCommand(): Command {
  const command = new Command('account').description('the account of the key: show, edit, rotate its secret');
  withConnection(command.command('get').description('the account of the key'))
    .addHelpText('after', '\nExample:\n  waybell account get')
    .action((flags: ConnectFlags) =>
      connected(flags, async (client) => showAccount(await client.account.get(), flags)),
    );
  withConnection(
    command
      .command('edit')
      .description('change what is given; the rest stays')
      .option('--signing-email <EMAIL>', 'what V2 and V3 are signed with')
      .option('--time-zone <NAME>', 'IANA name, e.g. Europe/Stockholm')
      .option(
        '--overlap <SECONDS>',
        'how long the email before goes on signing (else it ends at once)',
        overlap,
      ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  waybell account edit --signing-email shop@example.com --overlap 3600',
    )
    .action((flags: EditFlags) => connected(flags, (client) => edit(client, flags)));
  withConnection(
    command
      .command('rotate-webhook-secret')
      .description("change V4's secret; prints the new one, this once")
      .option('--secret <SECRET>', 'the one to change to, 16 to 200 characters (else a new one is made)')
      .option('--overlap <SECONDS>', 'how long the old one goes on signing (else a day)', overlap),
  )
    .addHelpText('after', '\nExample:\n  waybell account rotate-webhook-secret --overlap 3600')
    .action((flags: RotateFlags) => connected(flags, (client) => rotate(client, flags)));
  return command;
}

export function showAccount(account: Account, { json }: ConnectFlags): void {
  if (json) {
    printJson(account);
    return;
  }
  const { id, signing_email: email, time_zone: zone, suspended } = account;
  printFields({
    id,
    'signing email': email,
    ...before(account),
    'time zone': zone,
    suspended,
    created: localTimeOf(account.created_at),
  });
}

/** What signs still, where a change has a time of its own. */
function before(account: Account): Record<string, string> {
  const { previous_signing_email: email, previous_signing_email_until: emailUntil } = account;
  const { previous_webhook_secret_until: secretUntil } = account;
  return {
    ...(email === null || emailUntil === null
      ? {}
      : { before: `${email} signs until ${localTimeOf(emailUntil)}` }),
    ...(secretUntil === null
      ? {}
      : { 'webhook secret': `the old one signs until ${localTimeOf(secretUntil)}` }),
  };
}

async function edit(client: Client, flags: EditFlags): Promise<void> {
  const { signingEmail, timeZone, overlap: seconds } = flags;
  if (signingEmail === undefined && timeZone === undefined)
    throw new UsageError('Nothing to change: give --signing-email or --time-zone.');
  const account = await client.account.update(
    given({ signing_email: signingEmail, time_zone: timeZone, overlap_seconds: seconds }),
  );
  showAccount(account, flags);
}

async function rotate(client: Client, { secret, overlap: seconds, json }: RotateFlags): Promise<void> {
  const account = await client.account.rotateWebhookSecret(
    given({ webhook_secret: secret, overlap_seconds: seconds }),
  );
  if (json) return printJson(account);
  print(`Webhook secret of V4, shown this once: ${paint.strong(account.webhook_secret)}`);
  const until = account.previous_webhook_secret_until;
  print(
    until === null
      ? 'It signs from now on, and the old one no more.'
      : `The old one signs until ${localTimeOf(until)}, this one from then on.`,
  );
}
