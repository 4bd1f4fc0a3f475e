/** Every command but `serve`; `docs/reference/commands.md` tells of each. */
import type { Command } from 'commander';
import { accountCommand } from './account.ts';
import { accountsCommand } from './accounts.ts';
import { backupCommand } from './backup.ts';
import { deliveriesCommand } from './deliveries.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { keysCommand } from './keys.ts';
import { listenCommand } from './listen.ts';
import { membersCommand } from './members.ts';
import { migrateCommand } from './migrate.ts';
import { overviewCommand } from './overview.ts';
import { peopleCommand } from './people.ts';
import { restoreCommand } from './restore.ts';
import { samplesCommand } from './samples.ts';
import { sendTestCommand } from './sendTest.ts';
import { trackingsCommand } from './trackings.ts';
import { verifyCommand } from './verify.ts';
import { webhooksCommand } from './webhooks.ts';

export function addCommands(program: Command): void {
  // `webhooks add --version v2` must not be taken for the program's own `--version`.
  program.enablePositionalOptions();
  program
    .addCommand(listenCommand())
    .addCommand(verifyCommand())
    .addCommand(sendTestCommand())
    .addCommand(trackingsCommand())
    .addCommand(webhooksCommand())
    .addCommand(deliveriesCommand())
    .addCommand(eventsCommand())
    .addCommand(overviewCommand())
    .addCommand(keysCommand())
    .addCommand(membersCommand())
    .addCommand(peopleCommand())
    .addCommand(accountCommand())
    .addCommand(accountsCommand())
    .addCommand(samplesCommand())
    .addCommand(migrateCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(doctorCommand(program.version() ?? ''));
}
