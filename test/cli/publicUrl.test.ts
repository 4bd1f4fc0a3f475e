// The address that a server is told it has from outside: it is what people and programs are shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeClient } from '../../src/sdk/client.ts';
import { startChildServer } from '../support/childServer.ts';
import { withServer } from '../support/server.ts';
import { run } from './program.ts';

test('the description of the API names it first, and its own address behind it', () =>
  withServer(
    async ({ nobody, url }) => {
      const { json } = await nobody('GET', '/openapi.json');
      assert.deepEqual(
        json.servers.map((server: { url: string }) => server.url),
        ['https://waybell.example/parcels', '/'],
      );
      assert.equal(await makeClient({ url }).server.publicUrl(), 'https://waybell.example/parcels');
    },
    {},
    { publicUrl: 'https://waybell.example/parcels' },
  ));

test('without one the description names none', () =>
  withServer(async ({ nobody, url }) => {
    const { json } = await nobody('GET', '/openapi.json');
    assert.equal(json.servers, undefined);
    assert.equal(await makeClient({ url }).server.publicUrl(), null);
  }));

test('the links at the start lead there; what is pasted and the sample webhook stay on this machine', async (t) => {
  const server = await startChildServer(t, {
    flags: ['--samples', '--public-url', 'https://waybell.example/parcels/'],
  });
  await server.printed(/From outside: https:\/\/waybell\.example\/parcels\n/);
  await server.printed(
    /Watch: {2}https:\/\/waybell\.example\/parcels\/inbox\/\S+ .* https:\/\/waybell\.example\/parcels\/api /,
  );
  const [, pasted] = await server.printed(/Try: {4}curl (\S+)/);
  assert.equal(pasted, `${server.url}/api/v1/updates`);
  await server.printed(/✔ {2}LX203960974CN .* inbox .* 200 .* signature verified/);
});

test('doctor tries it', async (t) => {
  const away = await startChildServer(t, { flags: ['--public-url', 'http://127.0.0.1:1'] });
  const doctor = () => run(['doctor', '--url', away.url, '--data', away.data], { cwd: away.folder });
  const bad = await doctor();
  assert.equal(bad.code, 1);
  assert.match(
    bad.stdout,
    /not ok +public address: No answer from http:\/\/127\.0\.0\.1:1.*\n.*--public-url/,
  );
  const { url } = away;
  await away.restart({ samePort: true, flags: ['--public-url', url] });
  const good = await doctor();
  assert.match(good.stdout, new RegExp(`ok +public address: answers at ${url} \\(the API: ${url}/api\\)`));
  assert.equal(good.code, 0, good.stdout);
});
