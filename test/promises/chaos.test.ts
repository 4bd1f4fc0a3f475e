// The promises of nothing lost and in order, all disasters together: a short run of `npm run chaos`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const main = path.join(import.meta.dirname, '../../chaos/main.ts');

test('a server that is killed, filled up and set back loses nothing and keeps the order', async (t) => {
  const seed = String(1 + Math.floor(Math.random() * 1e6));
  const flags = ['--disable-warning=ExperimentalWarning', main, '--kills', '3', '--json', '--seed', seed];
  const { error, stdout, stderr } = await new Promise<{
    error: Error | null;
    stdout: string;
    stderr: string;
  }>((resolve) =>
    execFile(process.execPath, flags, (failure, out, err) =>
      resolve({ error: failure, stdout: out, stderr: err }),
    ),
  );
  t.diagnostic(`seed ${seed}: ${stdout.trim()}`);
  assert.equal(error, null, stderr);
  const result = JSON.parse(stdout);
  assert.deepEqual([result.kills, result.lost, result.outOfOrder], [3, 0, 0]);
  assert.ok(result.acknowledged > 0);
  assert.equal(result.events, result.acknowledged);
});
