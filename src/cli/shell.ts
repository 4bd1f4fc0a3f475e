/** What is printed to be pasted into a shell, so quoted that any path or text arrives there as it is. */
import path from 'node:path';

/** curl's `-H` with the first account's key, read from its file: the key itself is not printed. */
export function keyHeader(dataFolder: string): string {
  // Inside `$(…)` quoting begins anew, also between double quotes.
  return `-H "Authorization: Bearer $(cat ${quoted(path.join(dataFolder, 'api-key'))})"`;
}

/** One word of a POSIX shell; as it is where nothing in it means anything there. */
export function quoted(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
