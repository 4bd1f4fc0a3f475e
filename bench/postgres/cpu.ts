/** CPU time of a server of many processes (Linux): read off `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second. */
const tickMicros = 10_000;

interface Stat {
  readonly parent: number;
  /** Its own time, and that of its children that have ended and were waited for, ticks. */
  readonly own: number;
  readonly ended: number;
}

/** User and system time so far of a process, of its children that run, and of those that have ended, microseconds. */
export function familyMicros(pid: number): number {
  const parent = statOf(String(pid));
  if (parent === null) throw new Error(`There is no process ${pid}, or no /proc to read its time from.`);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat?.parent === pid);
  const ticks = children.reduce((sum, stat) => sum + (stat?.own ?? 0), parent.own + parent.ended);
  return ticks * tickMicros;
}

/** See proc(5): fields are counted from the state, which follows the name. */
function statOf(pid: string): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended in between.
    return null;
  }
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0] = fields.slice(1);
  const [user = 0, system = 0, userEnded = 0, systemEnded = 0] = fields.slice(11);
  return { parent, own: user + system, ended: userEnded + systemEnded };
}
