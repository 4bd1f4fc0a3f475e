// The promise: nothing is lost, however long a receiver fails. How long that is counted across restarts, and what
// follows from it comes only where it was asked for.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startApp } from '../../src/app.ts';
import { dayMs } from '../../src/base/durations.ts';
import type { Account } from '../../src/domain/account.ts';
import { createWebhook, report, seen } from '../support/asking.ts';
import { makeSteppedClock, type SteppedClock } from '../support/clocks.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, callerOf, testConfig } from '../support/server.ts';
import { until } from '../support/until.ts';

const days = 5;
/** A day, and the tenth that it may be longer by. */
const retryDayMs = Math.round(1.1 * dayMs);

test('a webhook is disabled after its days, counted across restarts; enabled again it has them anew', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(500);
  await withRestarts(async ({ call, clock, restart }) => {
    const { id } = await createWebhook(call, {
      url: receiver.url,
      retry_seconds: [1, 1],
      disable_after_days: days,
    });
    await report(call, seen('DAYS-1'));
    await receiver.hears(2);
    clock.pass(60_000);
    const since = await until('it is failing', async () => (await webhook(call, id)).failing_since);

    await restart();
    assert.equal((await webhook(call, id)).failing_since, since);
    clock.pass(days * dayMs);
    await report(call, seen('DAYS-2'));
    await until('it is disabled', async () => !(await webhook(call, id)).enabled);
    const { json } = await call('GET', '/events');
    const told = json.data.find(({ kind }: { kind: string }) => kind === 'webhook.disabled');
    const { disabled_by: by, failing_since: first } = told.data;
    assert.deepEqual([by, secondOf(first)], ['failures', secondOf(since)]);

    await call('POST', `/webhooks/${id}/enable`);
    const { length: before } = receiver.heard;
    await report(call, seen('DAYS-3'));
    // Tried again after its first failure, so that did not disable it.
    await receiver.hears(2, ({ number }) => number === 'DAYS-3');
    const { enabled, failing_since: anew } = await webhook(call, id);
    assert.deepEqual([enabled, anew], [true, null]);
    assert.ok(receiver.heard.slice(before).every(({ number }) => number === 'DAYS-3'));
  });
});

test('a failure that began before a restart ends with the first delivery that is accepted after it', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(500);
  await withRestarts(async ({ call, clock, restart }) => {
    const { id } = await createWebhook(call, { url: receiver.url, retry_seconds: [1, 1, 600] });
    await report(call, seen('WELL-1'));
    await receiver.hears(2);
    clock.pass(60_000);
    const since = await until('it is failing', async () => (await webhook(call, id)).failing_since);
    await restart();
    receiver.answer(200);
    await report(call, seen('WELL-2'));
    await until('it is well again', async () => (await webhook(call, id)).failing_since === null);
    const { json } = await call('GET', '/events');
    const told = json.data.find(({ kind }: { kind: string }) => kind === 'webhook.recovered');
    assert.equal(secondOf(told.data.failing_since), secondOf(since));
  });
});

test('with retry_daily a delivery is tried once a day for as long as it takes, and is accepted in the end', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const failures = 6;
  receiver.playFor('DAILY-1', ...Array(failures).fill(500));
  await withRestarts(async ({ call, clock }) => {
    const { id } = await createWebhook(call, { url: receiver.url, retry_seconds: [1], retry_daily: true });
    let sentAt = clock.now();
    await report(call, seen('DAILY-1'));
    const ofParcel = ({ number }: { number: string }) => number === 'DAILY-1';
    const delivery = async () =>
      (await call('GET', `/deliveries?webhook_id=${id}`)).json.data.find(
        ({ tracking_number: number }: { tracking_number: string }) => number === 'DAILY-1',
      );
    for (let attempts = 2; attempts <= failures; attempts++) {
      const waits = await until('it waits for the next day', async () => {
        const seen = await delivery();
        return seen.attempt_count === attempts && seen.state === 'waiting' && seen;
      });
      const due = secondOf(waits.next_attempt_at);
      assert.ok(due >= secondOf(sentAt + dayMs) && due <= secondOf(clock.now() + retryDayMs));
      clock.pass(retryDayMs);
      sentAt = clock.now();
      // Whatever the webhook is sent wakes it, so that the test need not wait for its timer.
      await report(call, seen(`OTHER-${attempts}`));
      await receiver.hears(attempts + 1, ofParcel);
    }
    await until('it is accepted', async () => (await delivery()).state === 'accepted');
    assert.equal(receiver.heard.filter(ofParcel).length, failures + 1);
  });
});

/** The API tells instants to the second. */
function secondOf(instant: string | number): number {
  return Math.floor(new Date(instant).getTime() / 1000);
}

interface Scene {
  readonly call: Caller;
  readonly clock: SteppedClock;
  restart(): Promise<void>;
}

async function withRestarts(run: (scene: Scene) => Promise<void>): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-failing-'));
  const clock = makeSteppedClock();
  const start = () => startApp({ ...testConfig, data }, { clock });
  let app = await start();
  const { key } = app.first as { account: Account; key: string };
  const call = Object.assign((...said: Parameters<Caller>) => callerOf(app.url, key)(...said), { key });
  try {
    await run({
      call,
      clock,
      async restart() {
        await app.stop();
        app = await start();
      },
    });
  } finally {
    await app.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function webhook(
  call: Caller,
  id: string,
): Promise<{ enabled: boolean; failing_since: string | null }> {
  return (await call('GET', `/webhooks/${id}`)).json;
}
