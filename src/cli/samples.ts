/** `waybell samples remove`: takes away what the first start made to be looked at, and nothing else. */
import { Command } from 'commander';
import { type ConnectFlags, connected, withConnection } from './connect.ts';
import { printJson } from './table.ts';
import { print } from './terminal.ts';

export function samplesCommand(): Command {
  const command = new Command('samples').description('the sample parcels of the first start');
  withConnection(command.command('remove').description('remove the sample parcels and the sample webhook'))
    .addHelpText('after', '\nExample:\n  waybell samples remove')
    .action((flags: ConnectFlags) =>
      connected(flags, async (client) => {
        const { removed } = await client.samples.remove();
        if (flags.json) printJson({ removed });
        else
          print(
            removed === 0 ? 'There are no samples.' : `Removed ${removed} sample parcels and their webhook.`,
          );
      }),
    );
  return command;
}
