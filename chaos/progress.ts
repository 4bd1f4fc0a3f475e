/** The line that says how far it is, where somebody looks on; it writes over itself. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
