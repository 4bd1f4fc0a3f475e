/**
 * One set-up at a time in one checkout. The lock is a file naming its holders: the launcher, and npm while it runs, since
 * npm outlives a launcher that is killed outright. A lock is stale when none of its holders on this machine is alive, or,
 * where they are on another machine or in another container, when the file has stopped being touched for a while as this
 * process counts the time (its own clock, so that clocks that differ and a laptop that slept do no harm).
 */
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { LauncherError } from './npm.mjs';

const touchEveryMs = 2_000;
const pollEveryMs = 250;
const untouchedPollsMax = 60;

/** Runs `work` while holding the lock; waits for another holder first. `alsoHeldBy(child)` adds a child process to it. */
export async function withLock(file, work) {
  await acquire(file);
  const touching = setInterval(
    () => ignoreMissing(() => utimesSync(file, new Date(), new Date())),
    touchEveryMs,
  );
  const children = [];
  const stop = (signal) => {
    // Without this a child that is told of its own would go on, and the next launcher would start a second one.
    for (const child of children) child.kill(signal);
    rmSync(file, { force: true });
    process.off(signal, stop);
    process.kill(process.pid, signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, stop);
  try {
    return await work({
      alsoHeldBy: (child) => {
        children.push(child);
        writeFileSync(file, holders([process.pid, child.pid]));
      },
    });
  } finally {
    clearInterval(touching);
    for (const signal of signals) process.off(signal, stop);
    rmSync(file, { force: true });
  }
}

async function acquire(file) {
  let said = false;
  let untouchedPolls = 0;
  let lastSeen = '';
  for (;;) {
    if (tryCreate(file)) return;
    const seen = look(file);
    if (seen === null) continue;
    untouchedPolls = seen.mark === lastSeen ? untouchedPolls + 1 : 0;
    lastSeen = seen.mark;
    if (areDead(seen.holders) || untouchedPolls > untouchedPollsMax) {
      // Looked at once more, so that a lock that a third launcher has just taken over is left alone.
      if (look(file)?.mark === seen.mark) rmSync(file, { force: true });
      continue;
    }
    if (!said) process.stderr.write('Another start is setting Waybell up; waiting for it …\n');
    said = true;
    await sleep(pollEveryMs);
  }
}

function tryCreate(file) {
  try {
    writeFileSync(file, holders([process.pid]), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new LauncherError(
      `Waybell has to be set up, and its folder cannot be written to (${error.message}).\n` +
        'Run `node scripts/run.mjs setup` once as the user who owns it; later starts only read.',
      { cause: error },
    );
  }
}

function look(file) {
  return ignoreMissing(() => {
    const text = readFileSync(file, 'utf8');
    return { mark: `${statSync(file).mtimeMs} ${text}`, holders: text };
  });
}

function holders(processIds) {
  return [hostname(), ...processIds].join(' ');
}

function areDead(text) {
  const [host, ...processIds] = text.split(' ');
  if (host !== hostname() || processIds.length === 0) return false;
  // A lock with this process's own id is left over from before a restart that handed out the same ids.
  return processIds.every((id) => Number(id) === process.pid || !isAlive(Number(id)));
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ignoreMissing(action) {
  try {
    return action();
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
