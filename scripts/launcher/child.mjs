/**
 * Runs a child in the foreground as if the launcher were not there: its terminal, its signals, its exit code. The
 * delicate part is not to tell the child twice, since a second signal means "now, at once" to most servers and would cut
 * a graceful stop short. Ctrl-C and a closing terminal reach the whole process group, the child included, so those two
 * are not passed on there; and npm, when it stands in front, passes on what its group already had, so the same signal
 * within a second counts once. An npm that is told to stop ends the shell between itself and the launcher, who then hears
 * nothing; the vanished shell is its signal. The launcher never leaves before its child does.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Two deliveries of one signal within this time are one request to stop. */
const sameSignalMs = 1_000;
const parentCheckMs = 250;
/** Taken when the launcher starts, so that a shell that vanished during the set-up is noticed too. */
const parentAtStart = process.ppid;

/** Resolves with `{ code, signal }` as the child ended, one of the two being null; rejects if it cannot be started. */
export async function runChild({ node, args, cwd, environment = {} }) {
  const child = spawn(node, args, { cwd, stdio: 'inherit', env: { ...process.env, ...environment } });
  const stopPassing = passSignals(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  } finally {
    stopPassing();
  }
}

/** Ends this process as the child ended: the same code, or the same signal, which a shell shows as 128 + its number. */
export function endLike({ code, signal }) {
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  process.exitCode = 128 + (constants.signals[signal] ?? 0);
  // A caller's script that is stopped with Ctrl-C stops only if it sees that its command died of the signal.
  if (signals.includes(signal) && process.platform !== 'win32') process.kill(process.pid, signal);
}

function passSignals(child) {
  const atTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
  const lastAt = new Map();
  const listeners = signals.map((signal) => [
    signal,
    () => {
      const before = lastAt.get(signal);
      lastAt.set(signal, Date.now());
      if (before !== undefined && Date.now() - before < sameSignalMs) return;
      // A later repetition is passed on even there: it may have been sent to the launcher alone, and it means haste.
      const toldByTerminal = atTerminal && signal !== 'SIGTERM' && before === undefined;
      // Windows has no signals to pass: its console tells every process by itself, and kill() would end it at once.
      if (!toldByTerminal && process.platform !== 'win32') child.kill(signal);
    },
  ]);
  for (const [signal, listener] of listeners) process.on(signal, listener);

  const startedByNpm = process.env.npm_lifecycle_event !== undefined && process.platform !== 'win32';
  const watchingParent = setInterval(() => {
    if (!startedByNpm || process.ppid === parentAtStart) return;
    clearInterval(watchingParent);
    // After a signal the shell may go first; the child knows already.
    if (lastAt.size === 0) child.kill('SIGTERM');
  }, parentCheckMs);

  return () => {
    clearInterval(watchingParent);
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
