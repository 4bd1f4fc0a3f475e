/** The headers of a request or an answer, one a line. */
import { Code } from './Code.tsx';

export function Headers({ headers, label }: { headers: Readonly<Record<string, string>>; label: string }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return <Code label={label}>{lines.join('\n')}</Code>;
}
