// Runs the sample receivers of `receivers/` as processes of their own, so that a test can send them real
// requests. None of the languages is needed to work on Waybell: what is not on the machine is reported as
// missing, and never installed.
//
// A receiver writes what arrives to `test.log` and its verdict on each body, in the same order, to
// `verdicts.log` beside it.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './freePort.ts';

/** A Java or Go compiler on a busy machine; only a receiver that never answers is held up by this. */
const startMsMax = 120_000;
const pollMs = 20;
/** Between choosing a free port and listening on it another process may take it. */
const portTriesMax = 5;

export const RECEIVER_LANGUAGES = ['php', 'java', 'python', 'go'] as const;
export type ReceiverLanguage = (typeof RECEIVER_LANGUAGES)[number];

export interface RunningReceiver {
  url: string;
  /** The text of `test.log`: every body with its date and time, or the note of an empty one. */
  log(): Promise<string>;
  /** One verdict for each body that was not empty, in the order in which they came. */
  verdicts(): Promise<('verified' | 'not verified')[]>;
}

/**
 * Runs a receiver in a folder of its own until `run` is over; `missing` where the language is not on this
 * machine.
 */
export async function withReceiver(
  language: ReceiverLanguage,
  options: { email: string; secret?: string },
  run: (receiver: RunningReceiver) => Promise<void>,
): Promise<'ran' | 'missing'> {
  if ((await whatIsMissing(language)) !== null) return 'missing';
  const folder = await mkdtemp(join(tmpdir(), `waybell-receiver-${language}-`));
  try {
    const command = await commands[language].receive(folder);
    const environment = {
      WAYBELL_EMAIL: options.email,
      WAYBELL_SECRET: options.secret ?? '',
      LOG_FILE: join(folder, 'test.log'),
    };
    const { child, url } = await startListening({ command, folder, environment });
    try {
      await run({
        url,
        log: () => readLog(join(folder, 'test.log')),
        verdicts: async () => verdictsOf(await readLog(join(folder, 'verdicts.log'))),
      });
    } finally {
      await stop(child);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 'ran';
}

/** Holds a language's verification to the shared vectors; gives its exit code and what it printed. */
export async function runVectors(
  language: ReceiverLanguage,
): Promise<{ code: number | null; output: string }> {
  const [command, ...parameters] = commands[language].vectors;
  const child = spawn(command, parameters, { cwd: folderOf(language), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** Says so where it is read, because a skipped test is easily overlooked. */
export async function skippedWithout(t: TestContext, language: ReceiverLanguage): Promise<boolean> {
  const missing = await whatIsMissing(language);
  if (missing === null) return false;
  process.stderr.write(`SKIPPED: ${missing}\n`);
  t.diagnostic(missing);
  t.skip(missing);
  return true;
}

/** A sentence on what to install, or null where everything needed is there. Asked once for each language. */
function whatIsMissing(language: ReceiverLanguage): Promise<string | null> {
  const known = asked.get(language) ?? probe(language);
  asked.set(language, known);
  return known;
}

export type Command = [program: string, ...parameters: string[]];

interface LanguageCommands {
  name: string;
  install: string;
  /** Succeeds only where the language is there, in a version that can run the receiver. */
  probe: Command;
  vectors: Command;
  /** The command that receives, `PORT` standing for the port; what it builds goes into the folder. */
  receive: (folder: string) => Promise<Command>;
}

// On macOS and Windows `java` and `python3` may be stubs that only offer to install it, hence probes that do
// something.
const python = process.platform === 'win32' ? 'python' : 'python3';

const commands: Record<ReceiverLanguage, LanguageCommands> = {
  php: {
    name: 'PHP',
    install: 'PHP 7.4 or newer with its command line (package php-cli)',
    probe: ['php', '-r', 'exit(PHP_VERSION_ID >= 70400 && function_exists("json_decode") ? 0 : 1);'],
    vectors: ['php', 'vectors.php', '../vectors.json'],
    receive: async () => ['php', '-S', '127.0.0.1:PORT', join(folderOf('php'), 'receiver.php')],
  },
  java: {
    name: 'Java',
    install: 'a JDK, 11 or newer (package default-jdk-headless; a JRE is not enough)',
    probe: ['java', '--describe-module', 'jdk.compiler'],
    vectors: ['java', 'Receiver.java', 'vectors', '../vectors.tsv'],
    receive: async () => ['java', join(folderOf('java'), 'Receiver.java'), 'PORT'],
  },
  python: {
    name: 'Python',
    install: 'Python 3.8 or newer (package python3)',
    probe: [python, '-c', 'import sys; sys.exit(sys.version_info < (3, 8))'],
    vectors: [python, 'receiver.py', 'vectors', '../vectors.json'],
    receive: async () => [python, join(folderOf('python'), 'receiver.py'), 'PORT'],
  },
  go: {
    name: 'Go',
    install: 'Go 1.20 or newer (go.dev/dl)',
    probe: ['go', 'version'],
    vectors: ['go', 'run', 'receiver.go', 'vectors', '../vectors.json'],
    // Built first, because `go run` would leave its child behind when it is killed.
    receive: async (folder) => {
      const program = join(folder, process.platform === 'win32' ? 'receiver.exe' : 'receiver');
      await promisify(execFile)('go', ['build', '-o', program, 'receiver.go'], { cwd: folderOf('go') });
      return [program, 'PORT'];
    },
  },
};

const asked = new Map<ReceiverLanguage, Promise<string | null>>();

async function probe(language: ReceiverLanguage): Promise<string | null> {
  const { name, install, probe } = commands[language];
  const [program, ...parameters] = probe;
  try {
    await promisify(execFile)(program, parameters);
    return null;
  } catch {
    return `${name} is not installed: its receiver could not be run. Install ${install}.`;
  }
}

/** Starts what listens on the port that `PORT` stands for in its command, and that the variable `PORT` says. */
export async function startListening(request: {
  command: Command;
  folder: string;
  environment: Readonly<Record<string, string>>;
}): Promise<{ child: ChildProcess; url: string }> {
  const { command, folder, environment } = request;
  let output = '';
  for (let tries = 0; tries < portTriesMax; tries += 1) {
    const port = await freePort();
    const [program, ...parameters] = command.map((part) => part.replace('PORT', String(port))) as Command;
    const child = spawn(program, parameters, {
      cwd: folder,
      env: { ...process.env, ...environment, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    if (await isListening(child, port)) return { child, url: `http://127.0.0.1:${port}/` };
    await stop(child);
  }
  throw new Error(`The receiver did not start (${command.join(' ')}):\n${output}`);
}

/** Asks the port until it answers; false once the process has ended or its time is up. */
async function isListening(child: ChildProcess, port: number): Promise<boolean> {
  const end = performance.now() + startMsMax;
  while (performance.now() < end && isRunning(child)) {
    // The pause also lets a process that found its port taken end, before the other one's answer is believed.
    await pause(pollMs);
    if ((await answers(port)) && isRunning(child)) return true;
  }
  return false;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.end();
      resolve(true);
    });
  });
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** SIGKILL is enough: a receiver has written its files before it answers. */
export async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function readLog(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function verdictsOf(text: string): ('verified' | 'not verified')[] {
  return text
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => (line.endsWith(':  verified') ? 'verified' : 'not verified'));
}

function folderOf(language: ReceiverLanguage): string {
  return fileURLToPath(new URL(`../../receivers/${language}`, import.meta.url));
}
