import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';

const script = path.join(import.meta.dirname, '../../scripts/smoke.ts');

test('the smoke test walks the whole way on a server of its own', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    script,
  ]);
  const steps = stdout.trim().split('\n');
  assert.equal(steps.pop(), 'All is well.');
  assert.equal(steps.length, 10);
  for (const step of steps) assert.match(step, /^OK +\S.* \d+ ms {2}\S/);
});
