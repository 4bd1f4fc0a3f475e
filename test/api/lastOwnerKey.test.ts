// An account keeps an owner key, also when two of them are revoked at the same moment.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startCluster } from '../support/postgres.ts';
import { callerOf, databaseAt, withServer } from '../support/server.ts';

const cluster = await startCluster();
after(() => cluster.stop());
const database = databaseAt(await cluster.create());

test('two owner keys that revoke each other at the same time leave one of them', () =>
  withServer(
    async ({ url, anna }) => {
      let owner = anna.owner;
      for (let round = 0; round < 10; round++) {
        const [own] = (await owner('GET', '/keys')).json.data.filter(
          (key: { role: string }) => key.role === 'owner',
        );
        const { json } = await owner('POST', '/keys', { body: { name: 'second', role: 'owner' } });
        const other = callerOf(url, json.key);
        const answers = await Promise.all([
          owner('DELETE', `/keys/${json.id}`),
          other('DELETE', `/keys/${own.id}`),
        ]);
        assert.equal(answers.filter(({ status }) => status === 204).length, 1);
        // Whoever came second was the last, or was revoked by then.
        const refused = answers.find(({ status }) => status !== 204)?.json.code;
        assert.ok(['key_last', 'unauthenticated'].includes(refused), refused);
        owner = answers[0]?.status === 204 ? owner : other;
        const left = (await owner('GET', '/keys')).json.data;
        assert.equal(left.filter((key: { role: string }) => key.role === 'owner').length, 1);
      }
    },
    {},
    { database },
  ));
