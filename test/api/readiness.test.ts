/** `/readyz` needs no key and is answered by a durable write, so it must not be one for everybody who asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testNow } from '../support/build.ts';
import { withServer } from '../support/server.ts';

test('many who ask whether the server is ready cost the store one write a second', async () => {
  let monotonic = 0;
  const clock = { now: () => testNow, monotonic: () => monotonic };
  await withServer(
    async ({ nobody, store }) => {
      let asked = 0;
      let answer = true;
      store.ready = async () => {
        asked++;
        return answer;
      };
      const ask = async (times: number) => {
        const answers = await Promise.all(Array.from({ length: times }, () => nobody('GET', '//readyz')));
        return [...new Set(answers.map(({ status }) => status))];
      };
      assert.deepEqual(await ask(50), [200]);
      assert.deepEqual(await ask(1), [200]);
      assert.equal(asked, 1);

      answer = false;
      monotonic += 999;
      assert.deepEqual(await ask(1), [200]);
      monotonic += 1;
      assert.deepEqual(await ask(50), [503]);
      assert.equal(asked, 2);

      answer = true;
      monotonic += 1000;
      assert.deepEqual(await ask(1), [200]);
    },
    { clock },
  );
});
