import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import type { Attempt } from '../domain/attempt.ts';
import { makeOwnFailures, networkWords } from './ownFailures.ts';

test('it is said once when the own network fails, again after ten minutes, and when it is over', () => {
  const said: string[] = [];
  const log = pino(
    { level: 'warn' },
    { write: (line: string) => void said.push(JSON.parse(line).msg.split(':')[0]) },
  );
  let now = 0;
  const failures = makeOwnFailures({
    log,
    clock: { now: () => now, monotonic: () => now },
    of: networkWords,
  });
  const attempt = (verdict: Attempt['verdict']): void =>
    failures.attempted({ attempt: { verdict, startedAt: now, reason: 'No route.' } as Attempt });
  attempt('retry');
  attempt('accepted');
  assert.deepEqual([said, failures.failingSince], [[], null]);
  now = 5;
  attempt('unspent');
  now = 400_000;
  attempt('unspent');
  assert.equal(failures.failingSince, 5);
  assert.equal(said.length, 1);
  now = 600_005;
  attempt('unspent');
  attempt('retry');
  attempt('accepted');
  assert.equal(failures.failingSince, null);
  const fails = "this server's own network fails";
  assert.deepEqual(said, [fails, fails, "this server's own network works again"]);
});
