/**
 * Runs npm quietly: one line of progress on stderr (stdout belongs to the program, which may print JSON), npm's own words
 * only when it fails. Every option that a user's npm settings could turn against us (`omit`, `engine-strict`, a
 * production NODE_ENV, a global prefix) is given explicitly.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Said to the user as it is, without a stack: it names what to do. */
export class LauncherError extends Error {}

const outputBytesMax = 64 * 1024;
const remedy =
  'Is this machine offline or behind a proxy? npm takes a proxy from HTTPS_PROXY or `npm config set https-proxy`, and a\n' +
  'mirror from `npm config set registry`. Then run the same command again: an unfinished set-up is started afresh.';

/**
 * Installs what the folder's lock file says. `level` is `run` or `dev`; `onStart` is given npm's process. What is optional is
 * given up soon where the network does not answer.
 */
export async function npmInstall({ folder, level, what, onStart, isOptional = false }) {
  const { exitCode, output } = await withProgress(`Setting up ${what} (first run only)`, () =>
    runNpm({
      folder,
      onStart,
      args: [
        // Not `npm ci`: it refuses a lock file that lacks a platform's optional package, which is no reason to fail on
        // the other platforms. With --no-save the versions and checksums of the lock file hold, and it is not rewritten.
        ...['install', '--no-save'],
        ...(existsSync(path.join(folder, 'package-lock.json')) ? [] : ['--no-package-lock']),
        `--prefix=${folder}`,
        level === 'dev' ? '--include=dev' : '--omit=dev',
        '--include=optional',
        '--ignore-scripts',
        // npm would judge by the Node it runs on, which is not the one that will use the packages.
        '--engine-strict=false',
        ...(isOptional
          ? ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=30000']
          : []),
        ...['--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--loglevel=http'],
      ],
    }),
  );
  return { ok: exitCode === 0, output };
}

/** The error that tells why npm did not do it, with the lines of its output that say so. */
export function npmFailure({ what, output }) {
  const telling =
    /^npm (error|ERR!)|E(CONN|NOTFOUND|TIMEDOUT|AI_AGAIN|ACCES|ROFS|NOSPC)|attempt \d+ failed| [45]\d\d /;
  const lines = output
    .split('\n')
    .filter((line) => telling.test(line) && !/^npm (error|ERR!)\s*$/.test(line));
  const shown = lines.length > 0 ? lines.slice(0, 12) : output.trim().split('\n').slice(-12);
  return new LauncherError(`npm could not install ${what}:\n\n  ${shown.join('\n  ')}\n\n${remedy}`);
}

function runNpm({ folder, args, onStart }) {
  const { command, first, shell } = findNpm();
  const child = spawn(command, [...first, ...args], {
    cwd: folder,
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-outputBytesMax);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  if (child.pid !== undefined) onStart(child);
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ exitCode: 1, output: `npm error npm cannot be started: ${error.message}` }),
    );
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}

/** npm is run by the current Node where its file can be found, which spares a shell (on Windows `npm` is a batch file). */
function findNpm() {
  const beside = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const file = candidates.find((candidate) => candidate?.endsWith('npm-cli.js') && existsSync(candidate));
  if (file !== undefined) return { command: process.execPath, first: [file], shell: false };
  return { command: 'npm', first: [], shell: process.platform === 'win32' };
}

/** Runs `work` under one line that says what is being done, and how long it took. */
export async function withProgress(title, work) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const live = process.stderr.isTTY;
  process.stderr.write(live ? `${title} …` : `${title} …\n`);
  const timer = live ? setInterval(() => process.stderr.write(`\r${title} … ${seconds()}`), 1000) : undefined;
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(live ? `\r${title} … ${seconds()}\n` : `${title}: ${seconds()}\n`);
  }
}
