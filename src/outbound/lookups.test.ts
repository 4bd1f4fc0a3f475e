import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import test from 'node:test';
import { type Lookups, makeLookups } from './lookups.ts';

const found: readonly LookupAddress[] = [{ address: '93.184.216.34', family: 4 }];

/** Look-ups that end when the test says so; `asked` are those that have begun. */
function held(slots: number) {
  const asked: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<readonly LookupAddress[]>>();
  const lookups: Lookups = makeLookups((hostname) => {
    asked.push(hostname);
    const end = Promise.withResolvers<readonly LookupAddress[]>();
    ends.set(hostname, end);
    return end.promise;
  }, slots);
  const all = (party: string, count: number) =>
    Array.from({ length: count }, (_, n) => lookups.lookup(party, `${party}-${n}`));
  return { lookups, asked, all, end: (hostname: string) => ends.get(hostname) };
}

/** Lets everything that is ready happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a party whose look-ups hang holds a quarter of the slots, and those of others go on', async () => {
  const { lookups, asked, all, end } = held(8);
  void all('hanging', 20);
  await settle();
  assert.deepEqual(asked, ['hanging-0', 'hanging-1']);
  for (let count = 0; count < 20; count++) {
    const answer = lookups.lookup('other', `other-${count}`);
    await settle();
    end(`other-${count}`)?.resolve(found);
    assert.equal(await answer, found);
  }
  assert.equal(asked.filter((name) => name.startsWith('hanging')).length, 2);
});

test('slots that become free go to the parties in turn, first come first served in each', async () => {
  const { asked, all, end } = held(4);
  void all('a', 3);
  void all('b', 3);
  void all('c', 2);
  void all('d', 1);
  void all('e', 2);
  await settle();
  assert.deepEqual(asked, ['a-0', 'b-0', 'c-0', 'd-0']);
  for (const name of ['a-0', 'b-0', 'c-0', 'd-0', 'e-0', 'a-1']) {
    end(name)?.resolve(found);
    await settle();
  }
  assert.deepEqual(asked.slice(4), ['a-1', 'b-1', 'c-1', 'e-0', 'e-1', 'a-2']);
});

test('a look-up that fails frees its slot and tells why', async () => {
  const { lookups, asked, end } = held(2);
  const failing = lookups.lookup('a', 'gone.example');
  const next = lookups.lookup('a', 'there.example');
  await settle();
  assert.deepEqual(asked, ['gone.example']);
  end('gone.example')?.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  await assert.rejects(failing, { code: 'ENOTFOUND' });
  await settle();
  end('there.example')?.resolve(found);
  assert.equal(await next, found);
});

test('one that is given up before it has begun is never made', async () => {
  const { lookups, asked, all, end } = held(2);
  void all('a', 1);
  const giveUp = new AbortController();
  const waiting = lookups.lookup('a', 'late.example', giveUp.signal);
  giveUp.abort();
  await assert.rejects(waiting, { code: 'ABORTED' });
  await settle();
  end('a-0')?.resolve(found);
  await settle();
  assert.deepEqual(asked, ['a-0']);
});
