/**
 * `waybell`: one file a command, each with a help that teaches. `serve` runs the server; all others talk to a running one
 * through its API.
 */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../config/config.ts';
import { ConfigError } from '../config/values.ts';
import { addCommands } from './commands.ts';
import { hideSecrets } from './redact.ts';
import { serveCommand } from './serve.ts';
import { paint } from './terminal.ts';

const program = new Command('waybell')
  .description('Shipment tracking with webhooks that are never lost and arrive in order.')
  .version(VERSION)
  .showHelpAfterError('(add --help to see what there is)')
  .exitOverride();

program.addCommand(serveCommand());
addCommands(program);
hideSecrets(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${paint.bad('waybell:')} ${(error as Error).message}\n`);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}
