#!/usr/bin/env node
/**
 * The one launcher: whatever the first word, it sees to a Node that is new enough and to the installed packages, and
 * then runs the real thing. It exists so that a fresh clone needs one command and the Node that happens to be there.
 * It is plain JavaScript without dependencies, for Node 18 and later, because it runs before either of those is
 * certain; and there are no `pre…` scripts, because npm skips them where `ignore-scripts` is set. A second start reads
 * two small stamp files and goes straight on: no npm, no network.
 *
 *     node scripts/run.mjs serve --samples | test | check | lint | format | dev | bench | chaos | smoke | setup | <command>
 *
 * A word that is not in the table below belongs to the command line program (`webhooks list`, `doctor`, …).
 */
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { endLike, runChild } from './launcher/child.mjs';
import { ensureConsole } from './launcher/console.mjs';
import { LauncherError } from './launcher/npm.mjs';
import { findNode } from './launcher/runtime.mjs';
import { ensurePackages } from './launcher/setup.mjs';

/** A test that hangs is ended by name, after longer than any healthy one takes on a slow machine. */
const testTimeoutMs = 120_000;
const testGlobs = ['src/**/*.test.ts', 'test/**/*.test.ts'];
/** Options of Node's test runner whose value may be the next word, which is then not a file pattern. */
const testOptionsWithValue =
  /^--test-(name-pattern|skip-pattern|reporter|reporter-destination|concurrency|timeout|shard|global-setup)$/;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Node keeps what it has compiled for the next process that loads the same, which halves the time of a start. It goes on
 * without where this folder cannot be written.
 */
const compiledBefore = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(root, 'runtime', 'compiled'),
};

/**
 * A task has the packages it needs (`run` leaves out what only tests and checks use), what it needs of the console
 * (`launcher/console.mjs`), and its steps, run in turn.
 */
const tasks = {
  test: (args) => inCheckout([testStep(args)], 'built'),
  check: (args) => inCheckout([...lintSteps(), testStep(args)], 'built'),
  lint: () => inCheckout(lintSteps(), 'packages'),
  format: (args) =>
    inCheckout([step('format', ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', ...args])]),
  dev: (args) =>
    inCheckout([step('dev', ['--watch', 'src/cli/main.ts', 'serve', '--samples', ...args])], 'wanted'),
  bench: (args) => inCheckout([step('bench', ['bench/main.ts', ...args])]),
  chaos: (args) => inCheckout([step('chaos', ['chaos/main.ts', ...args])]),
  smoke: (args) => ({
    level: 'run',
    cwd: process.cwd(),
    steps: [step('smoke', [inRoot('scripts/smoke.ts'), ...args])],
  }),
  setup: () => ({ level: 'run', console: 'built', cwd: root, steps: [] }),
};

async function main([word, ...args]) {
  const task = Object.hasOwn(tasks, word ?? '')
    ? tasks[word](args)
    : commandLine(word === undefined ? [] : [word, ...args]);
  const node = await findNode(root);
  await ensurePackages({ root, level: task.level });
  if (task.console !== undefined) await ensureConsole({ root, node, need: task.console });
  for (const { name, args: stepArgs } of task.steps) {
    const several = task.steps.length > 1;
    if (several) console.error(`— ${name}`);
    const end = await runChild({
      node,
      args: ['--disable-warning=ExperimentalWarning', ...stepArgs],
      cwd: task.cwd,
      environment: compiledBefore,
    });
    if (end.code === 0) continue;
    if (several)
      console.error(
        `\nFailed at: ${name}.${name === 'lint and format' ? ' `npm run format` mends most of it.' : ''}`,
      );
    return endLike(end);
  }
}

/** The program keeps the caller's folder, so that `import parcels.csv` and `--data ./data` mean what they say there. */
function commandLine(args) {
  const serves = args[0] === 'serve' && !args.some((arg) => arg === '--help' || arg === '-h');
  return {
    level: 'run',
    ...(serves ? { console: 'wanted' } : {}),
    cwd: process.cwd(),
    steps: [step('waybell', [inRoot('src/cli/main.ts'), ...args])],
  };
}

function inCheckout(steps, needOfConsole) {
  return { level: 'dev', console: needOfConsole, cwd: root, steps };
}

function step(name, args) {
  return { name, args };
}

function inRoot(file) {
  return path.join(root, file);
}

function lintSteps() {
  return [
    step('types', ['node_modules/typescript/bin/tsc', '--noEmit']),
    step('types of the console', ['node_modules/typescript/bin/tsc', '-p', 'console']),
    step('lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check']),
  ];
}

function testStep(args) {
  const processors = typeof availableParallelism === 'function' ? availableParallelism() : cpus().length;
  const defaults = [
    `--test-timeout=${testTimeoutMs}`,
    // Many of them wait for a time or for another process: one more than there are processors fills those.
    `--test-concurrency=${Math.max(3, Math.min(4, processors))}`,
  ];
  // The long form on a pipe too: it is the one that ends with the failures and the counts.
  if (!args.some((arg) => arg.startsWith('--test-reporter'))) defaults.push('--test-reporter=spec');
  const { options, files } = sortTestArguments(args);
  const what = files.length > 0 ? files : testGlobs;
  return step('tests', ['--test', ...defaults, ...options, ...what]);
}

/** Node takes what follows the first file for the tests' own arguments, so the options go in front. */
function sortTestArguments(args) {
  const isFile = (arg, index) => !arg.startsWith('-') && !testOptionsWithValue.test(args[index - 1] ?? '');
  return { files: args.filter(isFile), options: args.filter((arg, index) => !isFile(arg, index)) };
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LauncherError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
