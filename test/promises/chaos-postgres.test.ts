// The promises of nothing lost and in order with several processes on one PostgreSQL: a short run of
// `npm run chaos -- --postgres`, with a short lease, fewer writers and editors, and one disaster of each kind.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { KINDS } from '../../chaos/postgres/fleet.ts';

const main = path.join(import.meta.dirname, '../../chaos/main.ts');

test('processes that are killed, stopped and cut off lose nothing and keep the order', async (t) => {
  const seed = String(1 + Math.floor(Math.random() * 1e6));
  const short = ['--rounds', '1', '--lease', '3', '--writers', '2', '--editors', '2', '--untimed'];
  const flags = ['--postgres', ...short, '--json', '--seed', seed];
  const { error, stdout, stderr } = await new Promise<{
    error: Error | null;
    stdout: string;
    stderr: string;
  }>((resolve) =>
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, ...flags],
      (failure, out, err) => resolve({ error: failure, stdout: out, stderr: err }),
    ),
  );
  t.diagnostic(`seed ${seed}: ${stdout.trim()}`);
  assert.equal(error, null, stderr);
  const result = JSON.parse(stdout);
  assert.deepEqual([result.lost, result.undone, result.outOfOrder, result.problems], [0, 0, 0, []]);
  for (const kind of KINDS) assert.ok(result.befallen[kind] >= 1, kind);
  for (const deed of ['titleByUpdate', 'titleByEdit', 'delete', 'webhookEdits', 'recovered', 'redelivered'])
    assert.ok(result.done[deed] > 0, deed);
  assert.ok(result.acknowledged > 0);
  assert.equal(result.events, result.acknowledged);
  // Another process sent what is of the shards of one that stood still. One that came back a moment before may have had none.
  const kinds = ['killed', 'vanished', 'stopped', 'partitioned'];
  assert.ok(kinds.some((kind) => result.takenOver[kind].shards > 0));
});
