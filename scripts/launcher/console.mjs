/**
 * Keeps the built console in step with its sources. A stamp among what was built, written with it, holds a hash of every file
 * that the build reads; where that fits, nothing is done but reading them. A build is made in a folder of its own and put in
 * place by a rename, so a server that runs meanwhile always has a whole one. The server can do without: where a build that
 * is only wanted cannot be made, one line says so, and what was built before stays.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { withLock } from './lock.mjs';
import { LauncherError, withProgress } from './npm.mjs';
import { ensureInstalled } from './setup.mjs';

const stampName = '.waybell-build.json';
/** Of the console's folder: what is not read by a build. */
const noSources = /^(node_modules|dist(\..*)?)$/;
/** Beside that folder: what the console runs of the SDK, to check a pasted request by the rule that receivers go by. */
const sdkSources = ['../src/sdk/verify.ts', '../src/sdk/sign.ts'];
const outputBytesMax = 16 * 1024;
/** For so long a server's start does not try again what failed with the same sources. */
const failureMs = 3_600_000;

/**
 * @param need `packages`: only what checks of its sources need; `built`: without it nothing goes on; `wanted`: the server
 *   starts all the same
 */
export async function ensureConsole({ root, node, need }) {
  const folder = path.join(root, 'console');
  if (need === 'packages') return ensureConsolePackages({ root, folder });
  if (isBuilt(folder)) return;
  if (need === 'built') return make({ root, folder, node });
  const failure = path.join(root, 'runtime', '.console-failed');
  const before = failedBefore({ failure, folder });
  if (before !== null) return sayWithout({ folder, why: before });
  try {
    await make({ root, folder, node, isOptional: true });
  } catch (error) {
    if (!(error instanceof LauncherError)) throw error;
    const why = error.message.split('\n', 1)[0].replace(/[:.]$/, '');
    try {
      writeFileSync(failure, JSON.stringify({ sources: hashOf(folder), why }));
    } catch {
      // Where nothing can be written, the next start tries again.
    }
    sayWithout({ folder, why });
  }
}

async function make({ root, folder, node, isOptional = false }) {
  await ensureConsolePackages({ root, folder, isOptional });
  await withLock(path.join(root, 'runtime', '.console.lock'), async (lock) => {
    // Another launcher may have built it while this one waited.
    if (!isBuilt(folder)) await build({ folder, node, onStart: lock.alsoHeldBy });
  });
}

/** Why a server's start failed to build these sources not long ago: the next one is not held up by the same. Null: it did not. */
function failedBefore({ failure, folder }) {
  try {
    if (Date.now() - statSync(failure).mtimeMs > failureMs) return null;
    const { sources, why } = JSON.parse(readFileSync(failure, 'utf8'));
    return sources === hashOf(folder) ? why : null;
  } catch {
    return null;
  }
}

function sayWithout({ folder, why }) {
  const isThere = existsSync(path.join(folder, 'dist', 'index.html'));
  const instead = isThere ? 'the one built before is used' : 'the server starts without it';
  console.error(
    `The console could not be built, ${instead}: ${why}. \`node scripts/run.mjs setup\` tries again and says more.`,
  );
}

function ensureConsolePackages({ root, folder, isOptional = false }) {
  return ensureInstalled({ root, folder, level: 'dev', what: 'the console', isOptional });
}

async function build({ folder, node, onStart }) {
  const sources = hashOf(folder);
  const unfinished = path.join(folder, `dist.${process.pid}`);
  try {
    const { code, output } = await withProgress('Building the console', () =>
      runVite({ folder, node, outDir: unfinished, onStart }),
    );
    if (code !== 0) throw new LauncherError(`The console could not be built:\n\n${output.trim()}`);
    writeFileSync(path.join(unfinished, stampName), JSON.stringify({ sources }));
    rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
    renameSync(unfinished, path.join(folder, 'dist'));
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function runVite({ folder, node, outDir, onStart }) {
  const vite = path.join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(node, [vite, 'build', '--logLevel=error', `--outDir=${outDir}`, '--emptyOutDir'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output = (output + chunk).slice(-outputBytesMax);
    });
  }
  if (child.pid !== undefined) onStart(child);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function isBuilt(folder) {
  try {
    const stamp = JSON.parse(readFileSync(path.join(folder, 'dist', stampName), 'utf8'));
    return stamp.sources === hashOf(folder);
  } catch {
    // Missing and half-written mean the same here: it has to be built.
    return false;
  }
}

/** Of the names and bytes of all sources, the lock file and those of the SDK among them. */
function hashOf(folder) {
  const hash = createHash('sha256');
  const shared = sdkSources.filter((file) => existsSync(path.join(folder, file)));
  for (const file of [...filesIn(folder).sort(), ...shared]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(folder, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(folder, below = '') {
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    if (below === '' && noSources.test(entry.name)) return [];
    const name = path.posix.join(below, entry.name);
    return entry.isDirectory() ? filesIn(folder, name) : [name];
  });
}
