/** The way to the store's thread: what cannot go over it is the failure of the one who sent it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openIn, withFolder } from './folder.ts';

/** Not a text, whatever its type says: nothing that is copied between threads. */
const uncopyable = (() => 'text') as unknown as string;

describe('a value that cannot be copied to the thread of the store', () => {
  it('fails its own call, in words, and none of those that go over with it', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      const [before, bad, after] = await Promise.allSettled([
        store.setNote('before', 'kept'),
        store.setNote('bad', uncopyable),
        store.setNote('after', 'kept too'),
      ]);
      assert.deepEqual([before?.status, after?.status], ['fulfilled', 'fulfilled']);
      assert.ok(bad?.status === 'rejected');
      assert.equal(bad.reason.message, "A value for the store's setNote cannot be handed to its thread.");
      assert.match(String(bad.reason.cause), /DataCloneError/);
      assert.deepEqual(await Promise.all(['before', 'bad', 'after'].map((name) => store.note(name))), [
        'kept',
        null,
        'kept too',
      ]);
      await store.close();
    }));

  it('holds up nothing when it is alone', () =>
    withFolder(async (folder) => {
      const store = await openIn(folder);
      await assert.rejects(store.setNote('bad', uncopyable), /cannot be handed/);
      await store.setNote('good', 'kept');
      assert.equal(await store.note('good'), 'kept');
      await store.close();
    }));
});

it('a value that the database does not take fails its own call, and the thread goes on', () =>
  withFolder(async (folder) => {
    const store = await openIn(folder);
    for (const value of [{}, [], undefined, Number.NaN, Symbol.iterator]) {
      await store.setNote('note', value as unknown as string).catch(() => {});
      await store.note(value as unknown as string).catch(() => {});
      await store.account(value as unknown as 'acc_1').catch(() => {});
    }
    await store.setNote('good', 'kept');
    assert.equal(await store.note('good'), 'kept');
    await store.close();
  }));
