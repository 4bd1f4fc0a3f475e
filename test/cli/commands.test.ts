import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { addCommands } from '../../src/cli/commands.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { run, withFolder } from './program.ts';

const program = new Command('waybell').addCommand(serveCommand());
addCommands(program);

const page = await readFile(path.join(import.meta.dirname, '../../docs/reference/commands.md'), 'utf8');
/** The page's sections by the command that their heading names, with its arguments. */
const sections = new Map(
  page
    .split(/^#{2,3} /m)
    .filter((section) => section.startsWith('`waybell '))
    .map((section) => [section.slice('`waybell '.length, section.indexOf('`', 1)), section]),
);
const serverOptions = ['--url', '--key', '--data', '--json'];

interface Leaf {
  readonly name: string;
  readonly options: readonly string[];
}

function leavesOf(commands: readonly Command[], before = ''): Leaf[] {
  return commands.flatMap((command) => {
    const name = `${before}${command.name()}`;
    if (command.commands.length > 0) return leavesOf(command.commands, `${name} `);
    const args = command.registeredArguments.map((argument) => ` <${argument.name()}>`).join('');
    return [{ name: `${name}${args}`, options: command.options.map(({ long }) => long ?? '') }];
  });
}

const leaves = leavesOf(program.commands);

test('the program has the commands that are documented here', () =>
  withFolder(async (cwd) => {
    const { stdout } = await run(['--help'], { cwd });
    const shown = [...(stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}(\S+)/gm)].map((match) => match[1]);
    const known = program.commands.map((command) => command.name());
    assert.deepEqual(shown.filter((name) => name !== 'help').sort(), known.sort());
  }));

test('every command has its section, and every section its command', () => {
  const groups = program.commands
    .filter((command) => command.commands.length > 0)
    .map((command) => command.name());
  assert.deepEqual([...sections.keys()].sort(), [...groups, ...leaves.map(({ name }) => name)].sort());
});

test('every option of a command is in its section, and every option there is one of the command', () => {
  const settings: readonly string[] = Object.values(SETTINGS).map(({ flag }) => flag);
  for (const { name, options } of leaves) {
    const section = sections.get(name) ?? '';
    const told = [...section.matchAll(/^\| `(--[a-z-]+)/gm)].map((match) => match[1] as string);
    const takesServerOptions = section.includes('(#options-of-every-command)');
    // The settings of the server have a page of their own.
    const own = name === 'serve' ? options.filter((option) => !settings.includes(option)) : options;
    assert.deepEqual([...told, ...(takesServerOptions ? serverOptions : [])].sort(), [...own].sort(), name);
  }
});

test('every command has an example in its help and on the page', () => {
  for (const { name } of leaves.filter((leaf) => leaf.name !== 'serve')) {
    const command = name.replace(/ <.*/, '');
    assert.match(sections.get(name) ?? '', new RegExp(`waybell ${command}\\b`), name);
    assert.match(helpOf(command), new RegExp(`Examples?:\\n {2}waybell ${command}\\b`), name);
  }
});

function helpOf(name: string): string {
  let found: Command = program;
  for (const word of name.split(' '))
    found = found.commands.find((command) => command.name() === word) ?? found;
  let help = '';
  found.configureOutput({ writeOut: (text) => (help += text) });
  found.outputHelp();
  return help;
}
