/** CPU time by thread, for finding out where a program's time goes. Linux only: read off `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second. */
const tickMicros = 10_000;

/** User and system time of each thread of a process so far, microseconds, by the thread's name and id. */
export function threadTimes(pid: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    const nameEnd = stat.lastIndexOf(')');
    const [user, system] = stat
      .slice(nameEnd + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number) as [number, number];
    times.set(`${stat.slice(stat.indexOf('(') + 1, nameEnd)}-${id}`, (user + system) * tickMicros);
  }
  return times;
}
