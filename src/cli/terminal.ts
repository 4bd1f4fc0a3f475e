/** What the terminal shows: colours where there is a terminal that wants them, plain text where output is piped. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

function painter(style: Style) {
  return (text: string) => styleText(style, text, { stream: process.stdout });
}

export const paint = {
  good: painter('green'),
  bad: painter(['bold', 'red']),
  warn: painter('yellow'),
  dim: painter('dim'),
  strong: painter('bold'),
  link: painter(['cyan', 'underline']),
} as const;

// Whoever reads may stop reading (`| head`): that ends no server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

export const isTerminal = process.stdout.isTTY === true;

/** `14:03:27` in the reader's own zone. @param at epoch milliseconds */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour12: false });
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}
