/**
 * The launcher builds the console when its sources are not those of the last build, and not else. What cannot be built holds
 * up no server. Tried on a small console of the same form.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../support/projectFiles.ts';

const launcher = pathToFileURL(path.join(root, 'scripts/launcher/console.mjs')).href;
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'usedStyles.ts', 'vite.config.ts'];

test('the console is built once, and again when a source has changed', async (t) => {
  const console = await openConsole(t);
  const first = await console.ensure('wanted');
  assert.match(first.stderr, /^Building the console …\nBuilding the console: \d+ s\n$/);
  const built = await console.page();
  assert.deepEqual((await console.ensure('wanted')).stderr, '');
  assert.deepEqual(await console.page(), built, 'The page is the same file.');
  await console.write('src/main.ts', 'document.title = "again";');
  await console.ensure('wanted');
  assert.notEqual((await console.page()).script, built.script);
});

test('what was built has its compressed forms beside it, and nothing unfinished', async (t) => {
  const console = await openConsole(t);
  await console.write('src/main.ts', `document.title = ${JSON.stringify('a long text '.repeat(200))};`);
  await console.ensure('built');
  const { script } = await console.page();
  const assets = await readdir(path.join(console.folder, 'dist/assets'));
  assert.deepEqual(
    assets.filter((name) => name.startsWith(script)).toSorted(),
    ['', '.br', '.gz'].map((end) => script + end),
  );
  const folders = (await readdir(console.folder)).filter((name) => name.startsWith('dist'));
  assert.deepEqual(folders, ['dist']);
});

test('a source that cannot be built stops a test run by name, and no server, which keeps the page it had', async (t) => {
  const console = await openConsole(t);
  await console.ensure('built');
  const before = await console.page();
  await console.write('src/main.ts', 'this is no program');
  const refused = await console.ensure('built');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /The console could not be built:[\s\S]+main\.ts/);
  const started = await console.ensure('wanted');
  assert.equal(started.code, 0);
  assert.match(started.stderr, /^The console could not be built, the one built before is used: .*setup/m);
  assert.deepEqual(await console.page(), before);
});

test('without its packages and without a network the server starts all the same, the next time at once', async (t) => {
  const console = await openConsole(t);
  const modules = path.join(console.folder, 'node_modules');
  const offline = { npm_config_registry: 'http://127.0.0.1:1' };
  await rm(modules);
  const { code, stderr } = await console.ensure('wanted', offline);
  assert.equal(code, 0);
  const line =
    /^The console could not be built, the server starts without it: npm could not install the console\. .*setup/m;
  assert.match(stderr, line);
  assert.doesNotMatch(stderr, /\n {4}at /);
  await assert.rejects(console.page(), /ENOENT/);
  const again = await console.ensure('wanted', offline);
  assert.match(again.stderr, line);
  assert.doesNotMatch(again.stderr, /Setting up/, 'npm is not asked again.');
  await rm(modules, { recursive: true, force: true });
  await symlink(path.join(root, 'console/node_modules'), modules);
  assert.equal((await console.ensure('built')).code, 0, 'Whoever asks for it has it tried again.');
  await console.page();
});

async function openConsole(t: TestContext) {
  const base = await mkdtemp(path.join(tmpdir(), 'waybell-console-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  const folder = path.join(base, 'console');
  await Promise.all([
    mkdir(path.join(folder, 'src'), { recursive: true }),
    mkdir(path.join(base, 'runtime')),
  ]);
  await Promise.all(files.map((file) => cp(path.join(root, 'console', file), path.join(folder, file))));
  await symlink(path.join(root, 'console/node_modules'), path.join(folder, 'node_modules'));
  const write = (file: string, text: string) => writeFile(path.join(folder, file), text);
  await write('index.html', '<!doctype html><script type="module" src="/src/main.ts"></script>');
  await write('src/main.ts', 'document.title = "once";');
  return {
    folder,
    write,
    ensure: (need: string, environment: Record<string, string> = {}) =>
      run(
        `await ensureConsole(${JSON.stringify({ root: base, node: process.execPath, need })})`,
        environment,
      ),
    async page() {
      const file = path.join(folder, 'dist/index.html');
      const [, script = ''] = /src="\/assets\/([^"]+)"/.exec(await readFile(file, 'utf8')) ?? [];
      return { script, madeAt: (await stat(file)).mtimeMs };
    },
  };
}

function run(program: string, environment: Record<string, string>) {
  const text = `import { ensureConsole } from ${JSON.stringify(launcher)}; ${program}`;
  return new Promise<{ code: number; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '--eval', text],
      { env: { ...process.env, ...environment } },
      (_error, _stdout, stderr) => resolve({ code: child.exitCode ?? 1, stderr }),
    );
  });
}
