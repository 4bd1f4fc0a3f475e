// The promise: webhooks cannot reach inside networks unless the operator allows it, and secrets are shown once, never
// logged, and never at rest in clear.

import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { startChildServer } from '../support/childServer.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';

/** Somebody on this machine who must not be called. */
const insider = createServer((socket) => {
  connections++;
  socket.destroy();
});
let connections = 0;
await new Promise<void>((resolve) => insider.listen(0, '127.0.0.1', resolve));
after(() => insider.close());
const { port } = insider.address() as { port: number };

/** Allows nothing, as it is by default; its samples show the address of the inbox. */
const closed = await startChildServer({ after }, { allowNetworks: [], flags: ['--samples'] });

/** URLs and the network that the refusal names. */
const inside: readonly (readonly [url: string, network: string])[] = [
  [`http://127.0.0.1:${port}/`, '127.0.0.0/8'],
  [`https://127.0.0.1:${port}/`, '127.0.0.0/8'],
  [`http://localhost:${port}/`, '127.0.0.0/8'],
  [`http://LOCALHOST.:${port}/`, '127.0.0.0/8'],
  [`http://anything.localhost:${port}/`, '127.0.0.0/8'],
  [`http://127.1:${port}/`, '127.0.0.0/8'],
  [`http://2130706433:${port}/`, '127.0.0.0/8'],
  [`http://0x7f000001:${port}/`, '127.0.0.0/8'],
  [`http://0177.0.0.1:${port}/`, '127.0.0.0/8'],
  [`http://%31%32%37.0.0.1:${port}/`, '127.0.0.0/8'],
  [`http://１２７.0.0.1:${port}/`, '127.0.0.0/8'],
  [`http://user:password@127.0.0.1:${port}/`, '127.0.0.0/8'],
  [`http://[::1]:${port}/`, '::1/128'],
  [`http://[::ffff:127.0.0.1]:${port}/`, '127.0.0.0/8'],
  [`http://[::ffff:7f00:1]:${port}/`, '127.0.0.0/8'],
  [`http://[64:ff9b::127.0.0.1]:${port}/`, '64:ff9b::/96'],
  [`http://0.0.0.0:${port}/`, '0.0.0.0/8'],
  [`http://[::]:${port}/`, '::/128'],
  ['http://10.0.0.5/hook', '10.0.0.0/8'],
  ['https://172.16.0.1/hook', '172.16.0.0/12'],
  ['https://172.31.255.255/hook', '172.16.0.0/12'],
  ['http://192.168.1.1/hook', '192.168.0.0/16'],
  ['http://[fd00::1]/hook', 'fc00::/7'],
  ['http://[fe80::1]/hook', 'fe80::/10'],
  ['http://169.254.169.254/latest/meta-data/', '169.254.0.0/16'],
  ['http://2852039166/latest/meta-data/', '169.254.0.0/16'],
  ['http://[::ffff:169.254.169.254]/latest/meta-data/', '169.254.0.0/16'],
  ['http://[fd00:ec2::254]/latest/meta-data/', 'fc00::/7'],
  ['http://100.100.100.200/latest/meta-data/', '100.64.0.0/10'],
  ['http://192.0.0.192/opc/v2/', '192.0.0.0/24'],
  ['http://168.63.129.16/machine?comp=goalstate', '168.63.129.16/32'],
  ['http://168.63.129.16:32526/vmSettings', '168.63.129.16/32'],
  ['http://224.0.0.1/', '224.0.0.0/4'],
  ['http://255.255.255.255/', '255.255.255.255/32'],
];

for (const [url, network] of inside) {
  test(`a webhook to ${url.replace(`:${port}`, ':PORT')} is refused, and the refusal names the flag`, async () => {
    const { status, json, text } = await closed.call('POST', '/webhooks', { body: { url, version: 'v2' } });
    assert.equal(status, 422, text);
    assert.equal(json.code, 'url_refused');
    assert.ok(json.detail.includes(`--allow-network ${network}`), json.detail);
    assert.equal(connections, 0);
  });
}

for (const url of ['ftp://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/', 'hook', '']) {
  test(`"${url}" is no URL of a webhook`, async () => {
    const { status, json, text } = await closed.call('POST', '/webhooks', { body: { url, version: 'v2' } });
    assert.equal(status, 422, text);
    assert.equal(json.code, 'url_invalid');
  });
}

test('a webhook cannot be pointed inside by an edit either', async () => {
  const { json } = await closed.call('GET', '/webhooks');
  const { id, url } = json.data[0];
  const edited = await closed.call('PATCH', `/webhooks/${id}`, {
    body: { url: `http://127.0.0.1:${port}/` },
  });
  assert.equal(edited.status, 422);
  assert.equal(edited.json.code, 'url_refused');
  assert.equal((await closed.call('GET', `/webhooks/${id}`)).json.url, url);
  assert.equal(connections, 0);
});

test("the own server's inbox is allowed, and nothing else of the own server", async () => {
  const [, inbox] = await closed.printed(/(http:\S+\/inbox\/\S+)/);
  const { status, text, json } = await closed.call('POST', '/webhooks', {
    body: { url: inbox, version: 'v4' },
  });
  assert.equal(status, 201, text);
  const { json: tried } = await closed.call('POST', `/webhooks/${json.id}/test`);
  assert.equal(tried.verdict, 'accepted');
  assert.equal(tried.response.headers['waybell-verified'], 'yes');
  const token = (inbox as string).split('/').at(-1);
  for (const other of [
    `${closed.url}/`,
    `${closed.url}/api/v1/keys`,
    `${closed.url}/inbox/`,
    `${closed.url}/inbox/${token}/../../api/v1/keys`,
    `${closed.url}/inbox/..%2fapi%2fv1%2fkeys`,
    `${closed.url}/INBOX/${token}`,
    `${closed.url}//inbox/${token}`,
    `http://127.0.0.1:${port}/inbox/${token}`,
    `http://127.0.0.2:${new URL(closed.url).port}/inbox/${token}`,
  ]) {
    const refused = await closed.call('POST', '/webhooks', { body: { url: other, version: 'v4' } });
    assert.equal(refused.status, 422, other);
    assert.equal(refused.json.code, 'url_refused', other);
  }
  assert.equal(connections, 0);
});

test('a webhook made while a network was allowed is not sent to once it is not', async (t) => {
  const server = await startChildServer(t);
  const before = connections;
  const body = { url: `http://127.0.0.1:${port}/`, version: 'v2' };
  assert.equal((await server.call('POST', '/webhooks', { body })).status, 201);
  await server.restart({ allowNetworks: [] });
  const checkpoints = [{ time: '2024-03-01 12:00', description: 'Scanned', status: 'transit' }];
  await server.call('POST', '/updates', {
    body: { updates: [{ tracking_number: 'INSIDE-1', checkpoints }] },
  });
  const delivery = await until('it was attempted', async () => {
    const { json } = await server.call('GET', '/deliveries');
    return json.data[0].attempt_count === 1 && json.data[0];
  });
  const { json } = await server.call('GET', `/deliveries/${delivery.id}`);
  assert.equal(json.state, 'waiting');
  assert.equal(json.attempts[0].failure.code, 'REFUSED_ADDRESS');
  assert.match(json.attempts[0].reason, /--allow-network 127\.0\.0\.0\/8/);
  assert.equal(connections, before);
});

test('a denied network is not called, allowed or not: neither at once, nor by a webhook from before', async (t) => {
  const server = await startChildServer(t);
  const before = connections;
  const body = { url: `http://127.0.0.1:${port}/`, version: 'v2' };
  const { json: made } = await server.call('POST', '/webhooks', { body });
  await server.restart({ flags: ['--deny-network', '127.0.0.0/8'] });
  const words = /is in 127\.0\.0\.0\/8, a network that this server may not call \(--deny-network\)/;
  const refused = await server.call('POST', '/webhooks', { body });
  assert.deepEqual([refused.status, refused.json.code], [422, 'url_refused']);
  assert.match(refused.json.detail, words);
  const edited = await server.call('PATCH', `/webhooks/${made.id}`, { body: { url: body.url } });
  assert.match(edited.json.detail, words);
  const tried = await server.call('POST', `/webhooks/${made.id}/test`);
  assert.equal(tried.json.failure.code, 'REFUSED_ADDRESS');
  assert.match(tried.json.reason, words);
  assert.equal(connections, before);
});

test('no secret is in the log at its most talkative, nor in a file of the data directory in clear', async (t) => {
  const receiver = await openScriptedReceiver(t);
  receiver.playFor('SECRET-1', 500, 'reset');
  const secrets = new Map<string, string>([
    ['WAYBELL_API_KEY', 'given-api-key-0123456789'],
    ['WAYBELL_WEBHOOK_SECRET', 'given-account-webhook-secret-0123456789'],
    ['WAYBELL_PASSWORD', 'given-password-0123456789'],
  ]);
  const given = Object.fromEntries(secrets);
  secrets.set('header', 'Bearer header-value-0123456789');
  secrets.set('userinfo', 'userinfo-password-0123456789');
  const server = await startChildServer(t, {
    environment: given,
    flags: ['--log-level', 'trace', '--samples'],
  });
  const { call } = server;
  secrets.set('operator key', await secretOf('operator-key'));
  secrets.set('vault key', await secretOf('vault-key'));

  const url = new URL(`${receiver.url}/hook`);
  url.username = 'someone';
  url.password = secrets.get('userinfo') as string;
  const body = {
    url: url.href,
    version: 'v4',
    headers: { Authorization: secrets.get('header') },
    retry_seconds: [1, 1],
  };
  const created = await call('POST', '/webhooks', { body, headers: { 'idempotency-key': 'create' } });
  assert.equal(created.status, 201, created.text);
  secrets.set('secret', created.json.secret);
  const key = await call('POST', '/keys', {
    body: { name: 'second', role: 'read-only' },
    headers: { 'idempotency-key': 'key' },
  });
  assert.equal(key.status, 201, key.text);
  secrets.set('second key', key.json.key);
  const rotated = await call('POST', `/webhooks/${created.json.id}/rotate-secret`, {
    headers: { 'idempotency-key': 'r' },
  });
  secrets.set('rotated secret', rotated.json.secret);
  const ofAccount = await call('POST', '/account/rotate-webhook-secret', {
    headers: { 'idempotency-key': 'account' },
  });
  secrets.set('rotated webhook secret of the account', ofAccount.json.webhook_secret);

  // Everything that might tell more than it should: failures, refusals, broken requests with secrets in them.
  const checkpoints = [{ time: '2024-03-01 12:00', description: 'Scanned', status: 'transit' }];
  await call('POST', '/updates', { body: { updates: [{ tracking_number: 'SECRET-1', checkpoints }] } });
  await receiver.hears(3, ({ number }) => number === 'SECRET-1');
  await call('POST', `/webhooks/${created.json.id}/test`);
  await call('PATCH', `/webhooks/${created.json.id}`, { body: { url: url.href.replace('http:', 'httpx:') } });
  await call('POST', '/webhooks', { body: `{"headers":{"Authorization":"${secrets.get('header')}"` });
  await fetch(`${server.url}/api/v1/trackings`, {
    headers: { 'waybell-api-key': `${secrets.get('WAYBELL_API_KEY')}x` },
  });
  await fetch(`${server.url}/api/v1/nowhere`, { headers: { authorization: `Bearer ${server.key}` } });
  for (const route of [
    '/account',
    '/webhooks',
    `/webhooks/${created.json.id}`,
    '/deliveries',
    '/keys',
    '/events',
  ]) {
    const { status, text } = await call('GET', route);
    assert.equal(status, 200, text);
    for (const [name, secret] of secrets) assert.ok(!text.includes(secret), `${route} shows the ${name}.`);
  }
  const { json } = await call('GET', `/deliveries?webhook_id=${created.json.id}`);
  const ours = json.data.find((one: { tracking_number: string }) => one.tracking_number === 'SECRET-1');
  const details = await call('GET', `/deliveries/${ours.id}`);
  assert.ok(details.json.attempts.length >= 2);
  for (const [name, secret] of secrets)
    assert.ok(!details.text.includes(secret), `An attempt shows the ${name}.`);

  await checkFiles('while it runs');
  const { code } = await server.kill('SIGTERM');
  assert.equal(code, 0);
  await checkFiles('after it ended');
  for (const [name, secret] of secrets)
    assert.ok(!server.everything.includes(secret), `The output holds the ${name}.`);

  /** The files whose very purpose is to hold a secret, readable by the owner alone, are the only ones that do. */
  async function checkFiles(when: string) {
    const kept = new Set(['api-key', 'operator-key', 'vault-key']);
    const names = await readdir(server.data);
    assert.ok(names.includes('waybell.db'));
    for (const name of names) {
      const file = path.join(server.data, name);
      if (kept.has(name)) {
        assert.equal((await stat(file)).mode & 0o077, 0, `${name} is the owner's alone.`);
        continue;
      }
      const bytes = await readFile(file);
      for (const [what, secret] of secrets) {
        for (const form of [secret, secret.replace(/^whsec_|^Bearer /, '')]) {
          assert.ok(!bytes.includes(form), `${name} holds the ${what} in clear ${when}.`);
        }
      }
    }
  }

  async function secretOf(file: string): Promise<string> {
    return (await readFile(path.join(server.data, file), 'utf8')).trim();
  }
});
