/**
 * What a command was called with, quoted back at whoever called it, may hold a secret: a URL with a password, or the value
 * of a flag that is spelt wrong. It would outlive its reader in the journal of whatever starts services.
 */
import type { Command } from 'commander';

/** Makes a command and all below it complain without secrets. */
export function hideSecrets(command: Command): void {
  command.configureOutput({ outputError: (text, write) => write(withoutSecrets(text)) });
  for (const below of command.commands) hideSecrets(below);
}

/** `unknown option '--proxi=http://u:p@host'` is `unknown option '--proxi'`; elsewhere `u:p@host` is `***@host`. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(unknown option '[^'=\s]*)=.*'/s, "$1'")
    .replace(/(?<=^|[\s'"=(])((?:[a-z][a-z\d+.-]*:\/\/)?)[^\s@:'"/]*:\S*@/gi, '$1***@');
}
