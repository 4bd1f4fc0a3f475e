/**
 * Keeps a folder's `node_modules` in step with its lock file. A stamp inside it, written last, says which lock file,
 * platform and level it holds; where that fits, nothing else is looked at. Where it does not, npm brings it up to date,
 * unless somebody ran `npm install` by hand and everything is there already; a copy from another platform and an install
 * that was cut off are removed first. The stamp is the promise: it is written only after every package that the lock file asks
 * of this platform was seen, since npm reports success even when an optional one could not be fetched.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { withLock } from './lock.mjs';
import { LauncherError, npmFailure, npmInstall } from './npm.mjs';

const stampFile = path.join('node_modules', '.waybell-setup.json');
/** What npm itself leaves at the end of an install: the list of all that is there. */
const npmListFile = path.join('node_modules', '.package-lock.json');

/** Installs the project's packages if need be: `run` for the server and the commands, `dev` for tests and checks too. */
export function ensurePackages({ root, level }) {
  return ensureInstalled({ root, folder: root, level, what: 'Waybell' });
}

/** The same for any folder with a package file; `before` may refuse an install, `after` may refuse its result. */
export async function ensureInstalled({
  root,
  folder,
  level,
  what,
  isOptional = false,
  before = () => {},
  after = () => {},
}) {
  if (isStamped({ folder, level })) return;
  before();
  await withLock(path.join(root, 'runtime', '.setup.lock'), async (lock) => {
    // Another launcher may have done it while this one waited.
    if (isStamped({ folder, level })) return;
    const hash = lockHash(folder);
    if (!isComplete({ folder, level }))
      await install({ folder, level, what, isOptional, onStart: lock.alsoHeldBy });
    after();
    const reached = isComplete({ folder, level: 'dev' }) ? 'dev' : level;
    writeStamp({ folder, stamp: { lock: hash, platform: platform(), level: reached } });
  });
}

async function install({ folder, level, what, isOptional, onStart }) {
  const stamp = readJson(path.join(folder, stampFile));
  const finished = existsSync(path.join(folder, npmListFile));
  const foreign = stamp !== null && stamp.platform !== platform();
  if (!finished || foreign) rmSync(path.join(folder, 'node_modules'), { recursive: true, force: true });
  // Both are gone while npm works, so that what it leaves when it is cut off is known for what it is.
  for (const file of [stampFile, npmListFile]) rmSync(path.join(folder, file), { force: true });

  // `npm start` after an update leaves a developer the tools of the tests.
  const kept = stamp?.level === 'dev' ? 'dev' : level;
  const { ok, output } = await npmInstall({ folder, level: kept, what, isOptional, onStart });
  if (!ok || !isComplete({ folder, level })) throw npmFailure({ what, output });
}

function isStamped({ folder, level }) {
  const stamp = readJson(path.join(folder, stampFile));
  if (stamp === null) return false;
  const fits = stamp.lock === lockHash(folder) && stamp.platform === platform();
  return fits && (stamp.level === level || stamp.level === 'dev');
}

function writeStamp({ folder, stamp }) {
  const file = path.join(folder, stampFile);
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(stamp));
  renameSync(unfinished, file);
}

function lockHash(folder) {
  const lock = path.join(folder, 'package-lock.json');
  const file = existsSync(lock) ? lock : path.join(folder, 'package.json');
  if (!existsSync(file)) throw new LauncherError(`${file} is missing: this checkout is not complete.`);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

/**
 * Whether `node_modules` holds what the lock file asks of this platform, judged by npm's own list and by the
 * folders. Without a lock file the package file has to do: the packages it names are there.
 */
function isComplete({ folder, level }) {
  const installed = readJson(path.join(folder, npmListFile))?.packages;
  if (installed === undefined) return false;
  const wanted = readJson(path.join(folder, 'package-lock.json'))?.packages;
  if (wanted === undefined) return namedPackages({ folder, level }).every((place) => place in installed);
  return Object.entries(wanted).every(([place, entry]) => {
    if (!isWanted({ place, entry, level })) return true;
    const there = installed[place];
    const same = there?.version === entry.version && there?.integrity === entry.integrity;
    return same && existsSync(path.join(folder, place, 'package.json'));
  });
}

function namedPackages({ folder, level }) {
  const { dependencies, devDependencies } = readJson(path.join(folder, 'package.json')) ?? {};
  const names = Object.keys({ ...dependencies, ...(level === 'dev' ? devDependencies : {}) });
  return names.map((name) => `node_modules/${name}`);
}

function isWanted({ place, entry, level }) {
  if (place === '' || entry.link || entry.peer || entry.devOptional) return false;
  if (entry.dev && level !== 'dev') return false;
  // An optional package is needed where it is made for this platform; the others follow from those.
  if (entry.optional) return entry.os !== undefined && fitsPlatform(entry);
  return true;
}

function fitsPlatform({ os, cpu, libc }) {
  const allows = (list, value) => {
    const names = [list ?? []].flat();
    if (names.includes(`!${value}`)) return false;
    const positive = names.filter((name) => !name.startsWith('!'));
    return positive.length === 0 || positive.includes(value);
  };
  if (!allows(os, process.platform) || !allows(cpu, process.arch)) return false;
  return libc === undefined || allows(libc, libcName());
}

function libcName() {
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Missing and half-written mean the same here: it has to be made anew.
    return null;
  }
}
