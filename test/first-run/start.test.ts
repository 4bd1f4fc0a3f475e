// The first run: one command on an empty folder, and within a few lines a webhook has arrived. What it prints is right,
// and holds no secret when it is piped.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { sandboxNumbers } from '../../src/samples/shipment.ts';
import { startChildServer } from '../support/childServer.ts';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';

const samples = ['LX203960974CN', ...sandboxNumbers];
const hasCurl = spawnSync('curl', ['--version']).status === 0;

const server = await startChildServer({ after }, { flags: ['--samples'] });

test('the first sample webhook is accepted within twenty lines, and every sample is told', async () => {
  await server.printed(
    /✔ {2}LX203960974CN .* pending → exception .* v2 .* inbox .* 200 .* signature verified/,
  );
  const lines = server.stdout.split('\n');
  const accepted = lines.findIndex((line) => line.includes('✔'));
  assert.ok(accepted < 20, `${accepted} lines come before it:\n${server.stdout}`);
  for (const number of samples) await server.printed(new RegExp(`✔ {2}${number} `));
});

test('the address where arrivals can be watched shows them, to programs and to browsers', async () => {
  const [, inbox] = await server.printed(/Watch: {2}(http:\S+)/);
  const answer = await fetch(inbox as string);
  const { data } = (await answer.json()) as { data: { verified: boolean; body: string }[] };
  assert.ok(data.length >= samples.length);
  for (const { verified } of data) assert.equal(verified, true);
  const page = await fetch(inbox as string, { headers: { accept: 'text/html' } });
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  assert.match(await page.text(), /LX203960974CN exception/);
});

test('the curl that is printed works as it is pasted, and its webhook arrives', async (t) => {
  const [, command] = await server.printed(/Try: {4}(curl .*)/);
  assert.ok(command);
  const text = hasCurl ? await paste(command) : await fetchLike(command);
  if (!hasCurl) t.diagnostic('There is no curl here: the same request was made by fetch.');
  const { results } = JSON.parse(text);
  assert.equal(results[0].tracking_number, 'LX203960974CN');
  assert.equal(results[0].status, 'delivered');
  assert.equal(results[0].changed, true);
  await server.printed(/✔ {2}LX203960974CN .* exception → delivered /);
});

test('the curl works as it is pasted also where the path of the data has a space and a quote', async (t) => {
  if (!hasCurl) return t.skip('There is no curl here.');
  const spaced = await startChildServer(t, { dataFolder: "Anna's data" });
  const [, command] = await spaced.printed(/Try: {4}(curl .*)/);
  const { results } = JSON.parse(await paste(command as string, spaced.folder));
  assert.equal(results[0].status, 'delivered');
});

test('no secret is printed to a pipe', async () => {
  await server.printed(/Ctrl-C/);
  for (const file of ['api-key', 'operator-key', 'vault-key']) {
    const secret = (await readFile(path.join(server.data, file), 'utf8')).trim();
    assert.ok(secret.length >= 16);
    assert.ok(!server.everything.includes(secret), `The output holds what is in ${file}.`);
  }
  assert.doesNotMatch(server.everything, /whsec_/);
  assert.match(server.stdout, /API key: in .*api-key/);
});

test('Ctrl-C ends what is under way, says what is kept, and the next start has everything and no more samples', async (t) => {
  const receiver = await openScriptedReceiver(t);
  const { promise: told, resolve: answerNow } = Promise.withResolvers<void>();
  receiver.playFor('DRAIN-1', async () => {
    await told;
    return 200;
  });
  receiver.playFor('DRAIN-2', 500);
  const { json: webhook } = await server.call('POST', '/webhooks', {
    body: { url: receiver.url, version: 'standard' },
  });
  const checkpoints = [{ time: '2024-03-01 12:00', description: 'Scanned', status: 'transit' }];
  const updates = ['DRAIN-1', 'DRAIN-2'].map((tracking_number) => ({ tracking_number, checkpoints }));
  await server.call('POST', '/updates', { body: { updates } });
  await receiver.hears(2, ({ number }) => number.startsWith('DRAIN-'));
  await until('the second failed and waits', async () => {
    const { json } = await server.call('GET', `/deliveries?webhook_id=${webhook.id}&state=waiting`);
    return json.data.some((one: { tracking_number: string }) => one.tracking_number === 'DRAIN-2');
  });
  const before = await counts();
  const { json: journey } = await server.call('GET', '/trackings?tracking_number=SANDBOX-DELIVERED-1001');
  journeyBefore = journey.data[0].revision;

  server.signal('SIGINT');
  await server.printed(/Stopping: [1-9]\d* requests? under way/);
  answerNow();
  const { code, stdout, stderr } = await server.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Stopped\. .*kept.*next start/);
  assert.equal(stderr, '');

  await server.restart({ samePort: true });
  await server.printed(/Ctrl-C/);
  const now = await counts();
  assert.deepEqual(now, before);
  assert.equal(now.trackings, samples.length + 2);
  const states = await statesOf(webhook.id);
  assert.equal(states['DRAIN-1'], 'accepted', 'Its answer was waited for.');
  assert.equal(states['DRAIN-2'], 'waiting', 'Its next attempt is not due yet.');
  assert.equal(
    receiver.heard.filter(({ number }) => number === 'DRAIN-1').length,
    1,
    'What was accepted is not sent again.',
  );
  assert.doesNotMatch(server.stdout, /First account|API key/);
});

test('the journeys of the samples go on after the start', async () => {
  await until('a sample parcel moves on, or has arrived', async () => {
    const { json } = await server.call('GET', '/trackings?tracking_number=SANDBOX-DELIVERED-1001');
    const [{ status, revision }] = json.data;
    return status === 'delivered' || revision > journeyBefore;
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

test('on every address of the machine the samples arrive too', async (t) => {
  for (const [host, own] of [['0.0.0.0', '127.0.0.1'], ...(hasIpv6 ? [['::', '[::1]']] : [])] as const) {
    const everywhere = await startChildServer(t, {
      flags: ['--samples', '--host', host as string],
      allowNetworks: [],
    });
    assert.equal(new URL(everywhere.url).hostname, own);
    await everywhere.printed(/✔ {2}LX203960974CN .* inbox .* 200 .* signature verified/);
  }
});

let journeyBefore = 0;

async function counts() {
  const [trackings, webhooks, keys] = await Promise.all(
    ['/trackings?limit=500', '/webhooks', '/keys'].map((route) => server.call('GET', route)),
  );
  return {
    trackings: trackings?.json.data.length,
    webhooks: webhooks?.json.data.map(({ id, url }: { id: string; url: string }) => `${id} ${url}`),
    keys: keys?.json.data.length,
  };
}

async function statesOf(webhookId: string): Promise<Record<string, string>> {
  const { json } = await server.call('GET', `/deliveries?webhook_id=${webhookId}&limit=500`);
  return Object.fromEntries(
    json.data.map(({ tracking_number, state }: { tracking_number: string; state: string }) => [
      tracking_number,
      state,
    ]),
  );
}

/** As a person would, in the folder where the server was started. */
async function paste(command: string, cwd = server.folder): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd });
  return stdout;
}

async function fetchLike(command: string): Promise<string> {
  const [, url] = /curl (\S+)/.exec(command) as RegExpExecArray;
  const [, body] = / -d '(.*)'$/.exec(command) as RegExpExecArray;
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
  return (await fetch(url as string, { method: 'POST', headers, body: body as string })).text();
}
