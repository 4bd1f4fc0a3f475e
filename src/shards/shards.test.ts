import assert from 'node:assert/strict';
import test from 'node:test';
import type { Clock } from '../base/clock.ts';
import { shardsTotal } from '../base/id.ts';
import { makeLog } from '../base/log.ts';
import type { HeldShard } from '../domain/shard.ts';
import type { ShardHolding, ShardStore } from '../store/store.ts';
import { makeShards, type Shards } from './shards.ts';

const leaseMs = 1000;

/** Processes on one store whose lease table is told in a few lines; time stands still unless it is moved. */
function world() {
  let now = 0;
  let slept = 0;
  const clock: Clock = { now: () => now + slept, monotonic: () => now };
  let rounds = 0;
  const rows = Array.from({ length: shardsTotal }, () => ({ owner: '', epoch: 0, until: 0 }));
  const seen = new Map<string, number>();
  const cut = new Set<string>();
  /** How long who is cut off waits to find that out. */
  const cutAnswers = new Map<string, Promise<void>>();
  const store: ShardStore = {
    async holdShards({ processId, leaseMs: ms, release }): Promise<ShardHolding> {
      if (cut.has(processId)) {
        await cutAnswers.get(processId);
        throw new Error('The store cannot be reached.');
      }
      seen.set(processId, now + ms);
      const living = [...seen.values()].filter((until) => until > now).length;
      const share = Math.ceil(shardsTotal / living);
      for (const { shard } of release) (rows[shard] as (typeof rows)[0]).owner = '';
      const isOwn = (row: (typeof rows)[0]) => row.owner === processId && row.until > now;
      let own = rows.filter(isOwn).length;
      for (const row of rows) {
        if (isOwn(row)) row.until = now + ms;
        else if (own < share && (row.owner === '' || row.until <= now)) {
          Object.assign(row, { owner: processId, until: now + ms, epoch: row.epoch + 1 });
          own++;
        }
      }
      const held = rows.flatMap((row, shard): HeldShard[] =>
        isOwn(row) ? [{ duty: 'send', shard, epoch: row.epoch }] : [],
      );
      // A database gives rows in any order.
      if (rounds++ % 2 === 1) held.reverse();
      return { held, shares: { send: share }, lastsMs: ms };
    },
    async leaveShards(processId) {
      seen.delete(processId);
      for (const row of rows) if (row.owner === processId) row.owner = '';
    },
  };
  const busy = new Set<number>();
  const catchUps: string[] = [];
  const makeProcess = (processId: string) => {
    const has = new Set<number>();
    const shards: Shards = makeShards({
      ...{ store, clock, log: makeLog('silent'), processId, duties: ['send'], leaseMs, roundMs: 1 },
      news: { heard: () => 0, catchUp: async () => void catchUps.push(processId) },
      isBusy: (_, shard) => busy.has(shard),
      onChange(_, { gained, lost }) {
        for (const shard of lost) assert.ok(has.delete(shard), `${shard} was not held`);
        for (const shard of gained) has.add(shard);
      },
    });
    return { shards, has };
  };
  const pass = (ms: number) => (now += ms);
  /** As a machine that is suspended: only the wall goes on. */
  const sleep = (ms: number) => (slept += ms);
  return { makeProcess, busy, catchUps, cut, cutAnswers, pass, sleep };
}

/** Rounds are a millisecond apart. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !condition(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(condition(), String(condition));
}

test('one process holds all shards from its start on', async () => {
  const { shards, has } = world().makeProcess('a');
  await shards.start();
  assert.equal(shards.held('send'), null);
  assert.equal(has.size, shardsTotal);
  await shards.stop();
  assert.equal(has.size, 0);
});

test('three processes share evenly, and no shard is held twice', async () => {
  const { makeProcess } = world();
  const all = ['a', 'b', 'c'].map(makeProcess);
  for (const { shards } of all) await shards.start();
  await until(() => all.every(({ has }) => has.size >= 20) && all.every(({ has }) => has.size <= 22));
  const held = all.flatMap(({ has }) => [...has]);
  assert.equal(new Set(held).size, held.length);
  await until(() => all.reduce((sum, { has }) => sum + has.size, 0) === shardsTotal);
  for (const { shards } of all) await shards.stop();
});

test('a shard is given up only when what was begun on it has ended', async () => {
  const { makeProcess, busy } = world();
  const a = makeProcess('a');
  const b = makeProcess('b');
  for (let shard = 0; shard < shardsTotal; shard++) busy.add(shard);
  await a.shards.start();
  await b.shards.start();
  await until(() => a.has.size === shardsTotal / 2);
  assert.equal(b.has.size, 0);
  busy.clear();
  await until(() => b.has.size === shardsTotal / 2);
  await a.shards.stop();
  await b.shards.stop();
});

test('what another leaves or lets run out is taken over, under a higher epoch', async () => {
  const { makeProcess, cut, pass } = world();
  const a = makeProcess('a');
  const b = makeProcess('b');
  await a.shards.start();
  const first = 0;
  const before = a.shards.epoch('send', first, 0) as number;
  await b.shards.start();
  cut.add('a');
  pass(leaseMs + 1);
  await until(() => b.has.size === shardsTotal);
  assert.ok((b.shards.epoch('send', first, 0) as number) > before);
  await until(() => a.has.size === 0);
  await b.shards.stop();
  cut.clear();
  await until(() => a.has.size === shardsTotal);
  await a.shards.stop();
});

test('a process that was stopped past its lease begins nothing, before it has asked the store again', async () => {
  const { makeProcess, pass } = world();
  const { shards } = makeProcess('a');
  await shards.start();
  assert.notEqual(shards.epoch('send', 0, leaseMs / 2), null);
  pass(leaseMs + 1);
  assert.equal(shards.epoch('send', 0, 0), null);
  await shards.stop();
});

test('no work begins that may take longer than the lease', async () => {
  const { makeProcess, pass } = world();
  const { shards } = makeProcess('a');
  await shards.start();
  pass(leaseMs / 2);
  assert.equal(shards.epoch('send', 0, leaseMs), null);
  await shards.stop();
});

test('no more is given up than is too much, in whichever order the store gives what is held', async () => {
  const { makeProcess, busy } = world();
  const a = makeProcess('a');
  const b = makeProcess('b');
  for (let shard = 0; shard < shardsTotal; shard++) busy.add(shard);
  await a.shards.start();
  await b.shards.start();
  await until(() => a.has.size <= shardsTotal / 2);
  for (let wait = 0; wait < 20; wait++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(a.has.size, shardsTotal / 2);
  await a.shards.stop();
  await b.shards.stop();
});

test('who was not known to the others hears the news before it works on anything, and all it has is new to it', async () => {
  const { makeProcess, catchUps, cut, pass } = world();
  const { shards, has } = makeProcess('a');
  await shards.start();
  assert.deepEqual(catchUps, ['a']);
  cut.add('a');
  pass(leaseMs + 1);
  await until(() => has.size === 0);
  assert.deepEqual(catchUps, ['a']);
  cut.clear();
  await until(() => has.size === shardsTotal);
  assert.deepEqual(catchUps, ['a', 'a']);
  await shards.stop();
});

test('a machine that slept past the lease begins nothing, though its own time stood still', async () => {
  const { makeProcess, cut, sleep } = world();
  const { shards } = makeProcess('a');
  await shards.start();
  cut.add('a');
  sleep(leaseMs + 1);
  assert.equal(shards.epoch('send', 0, 0), null);
  await shards.stop();
});

test('who was cut off amid a round that outlasted its lease hears the news before it works on anything', async () => {
  const { makeProcess, catchUps, cut, cutAnswers, pass } = world();
  const { promise: hangs, resolve: fail } = Promise.withResolvers<void>();
  const { shards, has } = makeProcess('a');
  await shards.start();
  cutAnswers.set('a', hangs);
  cut.add('a');
  await new Promise((resolve) => setTimeout(resolve, 20));
  pass(leaseMs + 1);
  cut.clear();
  fail();
  await until(() => catchUps.length === 2 && has.size === shardsTotal);
  await shards.stop();
});
