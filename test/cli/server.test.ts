import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type App, startApp } from '../../src/app.ts';
import { systemClock } from '../../src/base/clock.ts';
import { openReceiver, type Receiver } from '../../src/cli/receiver.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Client, makeClient, type Overview } from '../../src/sdk/client.ts';
import { until } from '../support/until.ts';
import { type Ended, run, start } from './program.ts';

let app: App;
let data: string;
let client: Client;
/** What the receiver below answers, changed by the tests that want failures. */
const responses = [200];
let receiver: Receiver;

before(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'waybell-cli-server-'));
  app = await startApp(readConfig({ data, port: '0', allowNetworks: ['127.0.0.1/32'] }, null, {}));
  client = makeClient({ url: app.url, apiKey: app.first?.key });
  receiver = await openReceiver({
    host: '127.0.0.1',
    port: 0,
    logFile: null,
    keys: { email: null, secrets: [] },
    responses,
    delayMs: 0,
    clock: systemClock,
    onReceived: () => {},
    onRefused: () => {},
  });
});

after(async () => {
  await receiver?.close();
  await app?.stop();
  await rm(data, { recursive: true, force: true });
});

function waybell(...args: string[]): Promise<Ended> {
  return run([...args, '--url', app.url, '--data', data], { cwd: data });
}

/** The JSON of a command that must succeed: one document and nothing else. */
async function waybellJson<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await waybell(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** Reports a status and waits until its delivery has an attempt that is written. */
async function reportAndWait(number: string, status: string): Promise<void> {
  const attempted = new Promise<void>((resolve) => {
    app.onAttempt(({ delivery }) => {
      if (delivery.number === number) resolve();
    });
  });
  await client.updates([
    { tracking_number: number, checkpoints: [{ time: '2026-03-02T08:30:00Z', description: 'x', status }] },
  ]);
  await attempted;
}

test('a parcel is added, listed, looked at and removed by its number', async () => {
  const added = await waybell('trackings', 'add', 'TEST-1', '--order', '77', '--to', 'SE');
  assert.equal(added.code, 0, added.stderr);
  const listed = await waybell('trackings', 'list', '--number', 'TEST1');
  assert.match(listed.stdout, /^NUMBER +COURIER +STATUS +REV +UPDATED/);
  assert.match(listed.stdout, /\nTEST-1 +– +pending +1 /);
  assert.match((await waybell('trackings', 'list', '--search', '77')).stdout, /\nTEST-1 /);
  const failed = await waybell('trackings', 'list', '--search', '77', '--attention', 'failed_attempt');
  assert.match(failed.stdout, /No parcels/);
  const { stdout } = await waybell('trackings', 'get', 'test 1');
  assert.match(stdout, /order +77\n/);
  assert.match(stdout, /No checkpoints yet\./);
  assert.equal((await waybell('trackings', 'remove', 'TEST-1')).code, 0);
  const gone = await waybell('trackings', 'get', 'TEST-1');
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /There is no parcel with the number TEST-1/);
});

test('times are the reader’s own, and the JSON has them as the server wrote them', async () => {
  const { created_at: created } = await client.trackings.create({ tracking_number: 'ZONE-1' });
  const { stdout } = await waybell('trackings', 'get', 'ZONE-1');
  // The processes run in India, half an hour off most of the world.
  const india = new Date(Date.parse(created) + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  assert.match(stdout, new RegExp(`created +${india}\n`));
  assert.equal((await waybellJson<{ created_at: string }>('trackings', 'get', 'ZONE-1')).created_at, created);
});

test('a long list says where to go on', async () => {
  await client.trackings.create({ tracking_number: 'PAGE-1' });
  await client.trackings.create({ tracking_number: 'PAGE-2' });
  const { stdout } = await waybell('trackings', 'list', '--limit', '1');
  assert.match(stdout, /PAGE-2/);
  const cursor = /--cursor (\S+)/.exec(stdout)?.[1] ?? '';
  assert.match((await waybell('trackings', 'list', '--limit', '1', '--cursor', cursor)).stdout, /PAGE-1/);
});

test('a webhook is added, tested, disabled, recovered, rotated and removed', async () => {
  const added = await waybell(
    'webhooks',
    'add',
    receiver.url,
    '--version',
    'v2',
    '--statuses',
    'delivered,exception',
  );
  assert.match(added.stdout, /statuses +delivered, exception\n/);
  assert.match(added.stdout, /Secret, shown this once: whsec_\S+/);
  const id = /wh_[0-9a-f]{32}/.exec(added.stdout)?.[0] ?? '';

  responses.splice(0, 1, 200);
  const accepted = await waybell('send-test', id, '--status', 'exception');
  assert.match(accepted.stdout, /✔ accepted/);
  assert.equal(accepted.code, 0);
  responses.splice(0, 1, 500);
  const refused = await waybell('webhooks', 'test', id);
  assert.match(refused.stdout, /answer +500\n[\s\S]*✗ not accepted/);
  assert.equal(refused.code, 1);
  responses.splice(0, 1, 200);

  assert.match((await waybell('webhooks', 'disable', id)).stdout, /enabled +no: /);
  await client.updates([
    {
      tracking_number: 'PARKED-1',
      checkpoints: [{ time: '2026-03-02T08:30:00Z', description: 'x', status: 'delivered' }],
    },
  ]);
  const doctor = await waybell('doctor');
  assert.equal(doctor.code, 1);
  assert.match(
    doctor.stdout,
    new RegExp(`not ok +webhook ${id}: disabled.*\n.*waybell webhooks enable ${id}`),
  );
  const listed = await waybell('webhooks', 'list');
  assert.match(listed.stdout, new RegExp(`${id} +v2 +no `));

  assert.equal((await waybell('webhooks', 'enable', id)).code, 0);
  const counted = await waybellJson<{ count: number }>(
    'webhooks',
    'recover',
    id,
    '--since',
    '1h',
    '--dry-run',
  );
  const recovered = await waybellJson<{ count: number }>('webhooks', 'recover', id, '--since', '1h');
  assert.deepEqual([counted.count, recovered.count], [1, 1]);

  const rotated = await waybell('webhooks', 'rotate-secret', id, '--overlap', '3600');
  assert.match(rotated.stdout, /New secret, shown this once: whsec_\S+\nThe old one signs too until 20/);
  assert.equal((await waybell('webhooks', 'remove', id)).code, 0);
  const gone = await waybell('webhooks', 'get', id);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /There is no such webhook/);
});

test('a webhook is edited, and told of what befalls the others', async () => {
  const shop = await client.webhooks.create({ url: receiver.url, version: 'v2', description: 'the shop' });
  const added = await waybell('webhooks', 'add', receiver.url, '--operational-events', 'webhook.disabled');
  assert.match(added.stdout, /operational events +webhook\.disabled\n/);
  const id = /wh_[0-9a-f]{32}/.exec(added.stdout)?.[0] ?? '';
  const refused = await waybell('webhooks', 'edit', id, '--version', 'v4');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /version `standard` alone/);
  const edit = (...flags: string[]) =>
    waybellJson<{ url: string; callback: boolean; ordered: boolean; operational_events: string[] }>(
      ...(['webhooks', 'edit', id, ...flags] as const),
    );
  const events = ['webhook.disabled', 'delivery.parked'];
  const to = `${receiver.url}/oncall`;
  const edited = await edit('--to', to, '--no-ordered', '--operational-events', events.join(', '));
  assert.deepEqual(
    [edited.url, edited.callback, edited.ordered, edited.operational_events],
    [to, true, false, events],
  );

  await client.webhooks.disable(shop.id);
  const log = await waybell('events', 'list', '--limit', '500');
  assert.match(log.stdout, /– +– +webhook\.disabled +the shop +evt_/);
  const delivery = await until('it is told', async () => {
    const { data } = await client.deliveries.list({ webhook_id: id }).page();
    return data[0]?.state === 'accepted' && data[0];
  });
  assert.match((await waybell('deliveries', 'list', '--webhook', id)).stdout, /accepted +– +– +standard/);
  assert.match(
    (await waybell('deliveries', 'get', delivery.id)).stdout,
    /parcel +none: it tells of the sending/,
  );

  assert.deepEqual((await edit('--operational-events', 'none', '--ordered')).operational_events, []);
  await client.webhooks.remove(shop.id);
  await client.webhooks.remove(id);
});

test('a delivery shows every attempt, and is sent again', async () => {
  const webhook = await client.webhooks.create({ url: receiver.url, version: 'v2' });
  await reportAndWait('SENT-1', 'delivered');
  const { data: deliveries } = await waybellJson<{ data: { id: string; state: string }[] }>(
    'deliveries',
    'list',
    '--tracking',
    'SENT-1',
  );
  assert.deepEqual(
    deliveries.map(({ state }) => state),
    ['accepted'],
  );
  const id = deliveries[0]?.id ?? '';
  assert.match(
    (await waybell('deliveries', 'list', '--state', 'accepted')).stdout,
    /accepted +SENT-1 +1 +v2 +1 +–/,
  );
  const again = await waybell('deliveries', 'redeliver', id);
  assert.equal(again.code, 0, again.stderr);
  const { stdout } = await waybell('deliveries', 'get', id);
  assert.match(
    stdout,
    /# +TIME +CAUSE +RESPONSE +MS +VERDICT +REASON\n1 .* schedule +200 .*accepted.*\n2 .* redeliver +200 /,
  );
  await client.webhooks.remove(webhook.id);
});

test('a delivery that waits says when it is tried next', async () => {
  const webhook = await client.webhooks.create({ url: receiver.url, version: 'v2' });
  responses.splice(0, 1, 503);
  await reportAndWait('WAITS-1', 'delivered');
  responses.splice(0, 1, 200);
  const [delivery] = (await client.deliveries.list({ webhook_id: webhook.id }).page()).data;
  const { stdout } = await waybell('deliveries', 'get', delivery?.id ?? '');
  assert.match(stdout, /state +waiting\n/);
  assert.match(stdout, /next attempt +\d{4}-\d\d-\d\d /);
  assert.match(stdout, /\n1 .* 503 /);
  await client.webhooks.remove(webhook.id);
});

test('events are listed, and followed until Ctrl-C', async () => {
  await client.updates([
    {
      tracking_number: 'EVENT-1',
      checkpoints: [{ time: '2026-03-02T08:30:00Z', description: 'x', status: 'transit' }],
    },
  ]);
  const page = await waybellJson<{ data: { tracking_number: string }[] }>('events', 'list', '--limit', '500');
  assert.ok(page.data.some((event) => event.tracking_number === 'EVENT-1'));
  const following = start(['events', 'list', '--follow', '--url', app.url, '--data', data], { cwd: data });
  await following.printed(/EVENT-1 .* pending → transit/);
  await client.updates([
    {
      tracking_number: 'EVENT-2',
      checkpoints: [{ time: '2026-03-02T08:30:00Z', description: 'x', status: 'pickup' }],
    },
  ]);
  await following.printed(/EVENT-2 .* pending → pickup/);
  assert.equal((await following.interrupt()).code, 0);
});

test('the operator makes and suspends an account, whose key then opens nothing', async () => {
  const account = await waybellJson<{ id: string; key: string }>('accounts', 'create', 'second@example.com');
  const asSecond = ['trackings', 'list', '--key', account.key];
  assert.match((await waybell(...asSecond)).stdout, /No parcels/);
  assert.match((await waybell('accounts', 'suspend', account.id)).stdout, /suspended +yes/);
  const refused = await waybell(...asSecond);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /This account is suspended/);
  assert.match((await waybell('accounts', 'resume', account.id)).stdout, /suspended +no/);
  assert.match((await waybell('accounts', 'list')).stdout, /second@example\.com/);
});

test('the own account is shown and edited, and its webhook secret changed', async () => {
  assert.match((await waybell('account', 'get')).stdout, /signing email/);
  const edited = await waybell('account', 'edit', '--signing-email', 'till@example.com', '--overlap', '3600');
  assert.match(edited.stdout, /signing email +till@example\.com/);
  assert.match(edited.stdout, /before +\S+@\S+ signs until 20/);
  const nothing = await waybell('account', 'edit');
  assert.deepEqual([nothing.code, /give --signing-email or --time-zone/.test(nothing.stderr)], [1, true]);
  const rotated = await waybell('account', 'rotate-webhook-secret', '--overlap', '60');
  assert.match(rotated.stdout, /Webhook secret of V4, shown this once: [0-9a-f-]{36}\n/);
  assert.match(rotated.stdout, /The old one signs until 20.*, this one from then on\./);
  const secret = 'brought-along-0123456789';
  const brought = await waybell('account', 'rotate-webhook-secret', '--secret', secret, '--overlap', '0');
  assert.match(brought.stdout, /It signs from now on, and the old one no more/);
});

test('a key is made, works as its role says, and is revoked', async () => {
  const made = await waybell('keys', 'create', 'shop', '--role', 'read-only');
  const key = /shown this once: (wk_\S+)/.exec(made.stdout)?.[1] ?? '';
  assert.equal((await waybell('trackings', 'list', '--key', key)).code, 0);
  const forbidden = await waybell('trackings', 'add', 'NO-1', '--key', key);
  assert.match(forbidden.stderr, /The role of this key or member does not allow that/);
  const id = /key_[0-9a-f]{32}/.exec(made.stdout)?.[0] ?? '';
  assert.equal((await waybell('keys', 'revoke', id)).code, 0);
  const revoked = await waybell('trackings', 'list', '--key', key);
  assert.match(revoked.stderr, /does not know this key.*--key/);
  assert.doesNotMatch((await waybell('keys', 'list')).stdout, /shop/);
});

test('a member is invited, signs in by the link, gets another one, and is removed', async () => {
  const made = await waybell(
    'members',
    'invite',
    'Cleo@shop.example',
    '--role',
    'read-only',
    '--name',
    'Cleo',
  );
  const token = /welcome#(\S+)/.exec(made.stdout)?.[1] ?? '';
  const use = (said: string) =>
    fetch(`${app.url}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: said, password: 'correct horse battery' }),
    });
  assert.equal((await use(token)).status, 200);
  const listed = await waybell('members', 'list');
  assert.match(listed.stdout, /^EMAIL +NAME +ROLE +PASSWORD +SIGNED IN\n/);
  assert.match(listed.stdout, /\nCleo@shop\.example +Cleo +read-only +yes +\d/);
  const { link } = await waybellJson<{ link: string }>('members', 'link', 'cleo@SHOP.example');
  assert.equal((await use(link.split('#')[1] ?? '')).status, 200);
  assert.equal((await waybell('members', 'remove', 'cleo@shop.example')).code, 0);
  const gone = await waybell('members', 'remove', 'cleo@shop.example');
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /no member "cleo@shop\.example".*waybell members list/);
});

test('samples are removed once, and then there are none', async () => {
  assert.match((await waybell('samples', 'remove')).stdout, /There are no samples/);
});

test('doctor finds nothing to mend on a server that is well', async () => {
  const { ok, checks } = await waybellJson<{ ok: boolean; checks: { name: string; ok: boolean }[] }>(
    'doctor',
  );
  assert.ok(ok, JSON.stringify(checks));
  assert.deepEqual(
    checks.map(({ name }) => name),
    ['server', 'version', 'readiness', 'clock', 'key', 'data folder'],
  );
});

test('a refusal is a sentence with its remedy', async () => {
  const refused = await waybell('webhooks', 'add', 'http://10.0.0.1/hook');
  assert.equal(refused.code, 1);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /--allow-network/);
});

test('a server that is not there is exit code 2, with the remedy', async () => {
  for (const command of [['trackings', 'list'], ['doctor']]) {
    const { code, stdout, stderr } = await run([...command, '--url', 'http://127.0.0.1:1', '--data', data], {
      cwd: data,
    });
    assert.equal(code, 2);
    assert.match(stdout + stderr, /No answer from http:\/\/127\.0\.0\.1:1[\s\S]*npm start[\s\S]*--url/);
  }
});

test('without a key it is said where one would be', async () => {
  const { code, stderr } = await run(['trackings', 'list', '--url', app.url], { cwd: data });
  assert.equal(code, 1);
  assert.match(stderr, /data\/api-key is not there.*--data DIR.*--key KEY/);
});

test('the overview tells what fares how, as a table and as JSON', async () => {
  const overview = await waybellJson<Overview>('overview', '--hours', '3');
  assert.deepEqual([overview.hours, overview.by_hour.length], [3, 3]);
  const webhooks = await client.webhooks.list().page();
  assert.equal(overview.webhooks.length, webhooks.data.length);
  const told = await waybell('overview');
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /^since .*\(24 h\)\ntrackings /);
  const refused = await waybell('overview', '--hours', '169');
  assert.match(refused.stderr, /from 1 to 168/);
});
