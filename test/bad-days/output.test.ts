// Whoever reads what the server prints may stop reading (`waybell serve | head -1`, a terminal that is closed): that ends
// no server.

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { callerOf } from '../support/server.ts';

const main = path.join(import.meta.dirname, '../../src/cli/main.ts');

test('a server goes on when nobody reads what it prints any more, and still stops as it should', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-output-'));
  const flags = ['--data', data, '--port', '0', '--allow-network', '127.0.0.0/8', '--log-level', 'trace'];
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'serve', ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_TEST_CONTEXT: '', NO_COLOR: '1' } },
  );
  t.after(async () => {
    child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  });
  const ended = once(child, 'exit');

  const url = await addressIn(child.stdout);
  child.stdout.destroy();
  child.stderr.destroy();

  const call = callerOf(url, (await readFile(path.join(data, 'api-key'), 'utf8')).trim());
  await call('POST', '/webhooks', { body: { url: receiver.url, fires_on: 'every_update' } });
  // A line is printed for each, into the closed pipe.
  for (let hour = 1; hour <= 5; hour++) {
    const checkpoints = [{ time: `2026-01-05 0${hour}:00`, description: `Seen at ${hour}` }];
    const updates = [{ tracking_number: 'PIPE-1', courier_code: 'china-ems', checkpoints }];
    assert.equal((await call('POST', '/updates', { body: { updates } })).status, 200);
    await receiver.hears(hour);
  }
  // And into that of the log: what cannot be read is noted there.
  assert.equal((await call('POST', '/updates', { body: '{' })).status, 400);
  assert.equal((await call('GET', '//healthz')).status, 200);
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

async function addressIn(output: Readable): Promise<string> {
  let text = '';
  for (;;) {
    text += (await once(output, 'data'))[0];
    const [, url] = /listening on (http:\S+)\n/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
}
