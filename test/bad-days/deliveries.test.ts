// Bad days of what is already owed: it goes out all the same, and as it was.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startApp } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import { dayMs } from '../../src/base/durations.ts';
import { limits } from '../../src/domain/limits.ts';
import { dataIn, type Heard, openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type Caller, callerOf, testConfig, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';

test('deliveries of a parcel that is deleted meanwhile still go out', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await withServer(async ({ anna: { owner: call } }) => {
    await createWebhook(call, { url: receiver.url, version: 'v4' });
    const { promise: deleted, resolve: goOn } = Promise.withResolvers<void>();
    receiver.play(async () => {
      await deleted;
      return 500;
    });
    const id = await report(call, 'GONE-1', 0);
    await report(call, 'GONE-1', 1);
    await receiver.hears(1);
    assert.equal((await call('DELETE', `/trackings/${id}`)).status, 204);
    assert.equal((await call('GET', `/trackings/${id}`)).status, 404);
    goOn();
    await receiver.hears(3);
    assert.deepEqual(
      receiver.heard.map(({ revision }) => revision),
      [1, 1, 2],
    );
  });
});

test('an edit of a webhook changes the address and headers of the next attempt, and the version of later events', async (t) => {
  const old = await openScriptedReceiver(t);
  const next = await openScriptedReceiver(t);
  await withServer(async ({ anna: { owner: call } }) => {
    const { promise: edited, resolve: goOn } = Promise.withResolvers<void>();
    old.answer(async () => {
      await edited;
      return 500;
    });
    const { id } = await createWebhook(call, { url: old.url, version: 'v2', headers: { 'x-shop': 'old' } });
    await report(call, 'EDIT-1', 0);
    await old.hears(1);
    const body = { url: next.url, version: 'v4', headers: { 'x-shop': 'new', 'x-more': 'yes' } };
    assert.equal((await call('PATCH', `/webhooks/${id}`, { body })).status, 200);
    goOn();
    await next.hears(1);
    await report(call, 'EDIT-1', 1);
    await next.hears(2);

    const [first] = old.heard as [Heard];
    const [second, third] = next.heard as [Heard, Heard];
    assert.equal(old.heard.length, 1);
    assert.equal(first.headers['x-shop'], 'old');
    assert.equal(second.headers['x-shop'], 'new');
    assert.equal(second.headers['x-more'], 'yes');
    assert.equal(second.id, first.id);
    assert.deepEqual(
      dataIn(second.body, 'v2'),
      dataIn(first.body, 'v2'),
      'What happened before is told in its version.',
    );
    assert.equal(JSON.parse(third.body.toString()).code, 200, 'What happens after is told in the new one.');
    assert.equal(third.headers.signature?.length, 64);
    assert.equal(second.headers.signature, undefined);
  });
});

test('what waits is judged by the version and the callback it was owed with, not by later ones', async (t) => {
  const receiver = await openScriptedReceiver(t);
  await withServer(async ({ anna: { owner: call } }) => {
    const accepted = (number: string) =>
      until(`${number} is accepted`, async () => {
        const found = (await deliveries(call)).find(({ tracking_number }) => tracking_number === number);
        return found?.state === 'accepted' && (await call('GET', `/deliveries/${found.id}`)).json.attempts;
      });
    const edited = Promise.withResolvers<void>();
    const failingAfterEdit = async () => {
      await edited.promise;
      return 'reset' as const;
    };
    // Of any response in V4, to the status 200 alone in V2, and the other way round.
    const { id: any } = await createWebhook(call, { url: receiver.url, version: 'v4', callback: false });
    const { id: strict } = await createWebhook(call, {
      url: receiver.url,
      version: 'v2',
      statuses: ['pickup'],
    });
    receiver.playFor('ANY-1', failingAfterEdit, 201);
    receiver.playFor('STRICT-1', failingAfterEdit, 201, 200);
    await report(call, 'ANY-1', 0);
    await receiver.hears(1);
    await call('PATCH', `/webhooks/${any}`, {
      body: { version: 'v2', callback: true, statuses: ['delivered'] },
    });
    const checkpoints = [{ time: '2015-03-01 10:00', description: 'To be fetched', status: 'pickup' }];
    await call('POST', '/updates', { body: { updates: [{ tracking_number: 'STRICT-1', checkpoints }] } });
    await receiver.hears(2);
    await call('PATCH', `/webhooks/${strict}`, { body: { version: 'v4', callback: false } });
    edited.resolve();
    const verdicts = async (number: string) =>
      (await accepted(number)).map(({ verdict }: { verdict: string }) => verdict);
    assert.deepEqual(await verdicts('ANY-1'), ['retry', 'accepted'], 'any response was enough');
    assert.deepEqual(await verdicts('STRICT-1'), ['retry', 'retry', 'accepted'], 'a 201 was not enough');
  });
});

test('a webhook that is deleted gets no more, and what it was owed is cancelled and can be seen', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.answer(500);
  await withServer(async ({ anna: { owner: call } }) => {
    const { id } = await createWebhook(call, { url: receiver.url, version: 'v4', retry_seconds: [86_400] });
    await report(call, 'CANCEL-1', 0);
    await report(call, 'CANCEL-1', 1);
    await receiver.hears(1);
    await until('it waits', async () => (await deliveries(call)).every(({ state }) => state === 'waiting'));
    assert.equal((await call('DELETE', `/webhooks/${id}`)).status, 204);
    assert.deepEqual(
      (await deliveries(call)).map(({ state }) => state),
      ['cancelled', 'cancelled'],
    );
    assert.equal(receiver.heard.length, 1);
  });
});

test('a wait of a week is kept to its end also by a process that was started meanwhile', async (t) => {
  const receiver = await openScriptedReceiver(t, 500);
  let shiftMs = 0;
  const clock = {
    now: () => systemClock.now() + shiftMs,
    monotonic: () => systemClock.monotonic() + shiftMs,
  };
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-week-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const config = { ...testConfig, data };
  const before = await startApp(config, { clock });
  const { key, account } = before.first as NonNullable<typeof before.first>;
  const retry_seconds = [limits.retryWaitSecondsMax];
  await createWebhook(callerOf(before.url, key), { url: receiver.url, version: 'v4', retry_seconds });
  await report(callerOf(before.url, key), 'WEEK-1', 0);
  const { id } = await until('it waits', async () =>
    (await deliveries(callerOf(before.url, key))).find(({ next_attempt_at: next }) => next !== null),
  );
  await before.stop();

  const app = await startApp(config, { clock });
  t.after(async () => void (await app.stop()));
  const call = callerOf(app.url, key);
  // Each parcel that comes makes the sender look at what is due.
  for (let day = 1; day <= 8; day++) {
    shiftMs += 86_400_000;
    await report(call, `DAY-${day}`, 0);
    await until('that day is told', async () =>
      (await deliveries(call)).some(
        ({ tracking_number, state }) => tracking_number === `DAY-${day}` && state === 'accepted',
      ),
    );
  }
  await receiver.hears(2, ({ number }) => number === 'WEEK-1');
  const [first, second] = await until('both attempts are kept', async () => {
    const attempts = await app.store.attempts(account.id, id);
    return attempts.length === 2 && attempts;
  });
  const waitedMs = (second?.startedAt ?? 0) - (first?.startedAt ?? 0);
  assert.ok(waitedMs >= limits.retryWaitSecondsMax * 1000, `It came after ${waitedMs / 1000} s.`);
});

for (const [name, jumpMs] of Object.entries({
  'set back by an hour': -3_600_000,
  'set back by ten years': -10 * 365 * dayMs,
  'set forth by ten years': 10 * 365 * dayMs,
})) {
  test(`with the clock ${name}, events stay in order and retries still happen`, async (t) => {
    const receiver = await openScriptedReceiver(t);
    let shiftMs = 0;
    const clock = { now: () => systemClock.now() + shiftMs, monotonic: systemClock.monotonic };
    await withServer(
      async ({ anna: { owner: call } }) => {
        await createWebhook(call, { url: receiver.url, version: 'v4' });
        receiver.play(500, 500);
        await report(call, 'CLOCK-1', 0);
        await receiver.hears(1);
        shiftMs = jumpMs;
        await report(call, 'CLOCK-1', 1);
        await report(call, 'CLOCK-2', 0);
        await receiver.hears(3, ({ number }) => number === 'CLOCK-1');
        await report(call, 'CLOCK-1', 2);
        await until('all is accepted', async () =>
          (await deliveries(call)).every(({ state }) => state === 'accepted'),
        );
        const revisions = receiver.heard
          .filter(({ number }) => number === 'CLOCK-1')
          .map(({ revision }) => revision);
        assert.deepEqual(revisions.toSorted(), revisions, 'Each parcel is told in order.');
        assert.deepEqual(new Set(revisions), new Set([1, 2, 3]));

        const { json } = await call('GET', '/events');
        const events = json.data.map(
          ({ tracking_number: number, revision }: Event) => `${number} ${revision}`,
        );
        assert.deepEqual(events, ['CLOCK-1 1', 'CLOCK-1 2', 'CLOCK-2 1', 'CLOCK-1 3']);
        const rest = await call('GET', `/events?cursor=${json.next_cursor}`);
        assert.deepEqual(rest.json.data, []);
        await report(call, 'CLOCK-2', 1);
        const later = await call('GET', `/events?cursor=${json.next_cursor}`);
        assert.equal(later.json.data.length, 1, 'Who reads on finds what came after.');
      },
      { clock },
    );
  });
}

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly tracking_number: string;
  readonly next_attempt_at: string | null;
}

interface Event {
  readonly tracking_number: string;
  readonly revision: number;
}

async function createWebhook(call: Caller, said: Record<string, unknown>): Promise<{ id: string }> {
  const body = { callback: true, fires_on: 'every_update', retry_seconds: Array(10).fill(1), ...said };
  const { status, text, json } = await call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);
  return json;
}

async function report(call: Caller, number: string, hour: number): Promise<string> {
  const checkpoints = [{ time: `2015-03-01 1${hour}:00`, description: `Scan ${hour}`, status: 'transit' }];
  const { json, text } = await call('POST', '/updates', {
    body: { updates: [{ tracking_number: number, checkpoints }] },
  });
  assert.equal(json.results[0].changed, true, text);
  return json.results[0].tracking_id;
}

async function deliveries(call: Caller) {
  return (await call('GET', '/deliveries')).json.data as Delivery[];
}
