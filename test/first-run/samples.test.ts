// Samples are made where nothing is, once, and whenever the start that makes them dies, nothing is left behind.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type App, startApp } from '../../src/app.ts';
import type { Account } from '../../src/domain/account.ts';
import { makeSamples, removeSamples, type SamplesOptions } from '../../src/samples/samples.ts';
import { sandboxNumbers } from '../../src/samples/shipment.ts';
import { anyTracking } from '../../src/store/store.ts';
import { startChildServer } from '../support/childServer.ts';
import { testConfig } from '../support/server.ts';

const samples = 1 + sandboxNumbers.length;

test('a store that was first started bare gets samples once they are asked for, and not again', async (t) => {
  const server = await startChildServer(t);
  await server.printed(/Ctrl-C/);
  assert.deepEqual(await counts(), [0, 0]);
  await server.restart({ flags: ['--samples'] });
  await server.printed(/✔ {2}LX203960974CN .* inbox .* 200 .* signature verified/);
  assert.deepEqual(await counts(), [samples, 1]);
  await server.restart({ flags: ['--samples'] });
  await server.printed(/Ctrl-C/);
  assert.deepEqual(await counts(), [samples, 1]);
  assert.equal((await server.call('DELETE', '/samples')).json.removed, samples);
  await server.restart({ flags: ['--samples'] });
  await server.printed(/Ctrl-C/);
  assert.deepEqual(await counts(), [0, 0], 'Who removed them does not want them back.');

  async function counts(): Promise<number[]> {
    const routes = ['/trackings', '/webhooks'].map((route) => server.call('GET', route));
    return (await Promise.all(routes)).map(({ json }) => json.data.length);
  }
});

test('a store in use gets no samples', () =>
  withApp(async (app, account) => {
    const url = `${app.url}/inbox/x`;
    const { webhook } = await app.webhooks.create(account.id, { url }, null);
    await makeSamples(account, app.url, app);
    assert.deepEqual(await countsOf(app, account), [0, 1]);
    await removeSamples(account.id, app);
    assert.notEqual(await app.webhooks.find(account.id, webhook.id), null);
  }));

for (const when of ['before', 'after'] as const) {
  // The note, the webhook, the parcels, the note again.
  for (const step of [1, 2, 3, 4]) {
    test(`a start that dies ${when} its write ${step} leaves nothing that removing does not find`, () =>
      withApp(async (app, account) => {
        await assert.rejects(makeSamples(account, app.url, dying(app, { when, step })), /died/);
        await removeSamples(account.id, app);
        assert.deepEqual(await countsOf(app, account), [0, 0]);
      }));

    test(`a start that dies ${when} its write ${step} is gone on with by the next`, () =>
      withApp(async (app, account) => {
        await assert.rejects(makeSamples(account, app.url, dying(app, { when, step })), /died/);
        await makeSamples(account, app.url, app);
        assert.deepEqual(await countsOf(app, account), [samples, 1]);
        assert.equal(await removeSamples(account.id, app), samples);
        assert.deepEqual(await countsOf(app, account), [0, 0]);
      }));
  }
}

/** The app, of which one write of the samples is the last: it is not made, or nobody hears of it. */
function dying(app: App, { when, step }: { when: 'before' | 'after'; step: number }): SamplesOptions {
  let steps = 0;
  async function write<T>(make: () => Promise<T>): Promise<T> {
    const isLast = ++steps === step;
    if (isLast && when === 'before') throw new Error('died');
    const made = await make();
    if (isLast) throw new Error('died');
    return made;
  }
  return {
    ...app,
    store: { ...app.store, setNote: (...said) => write(() => app.store.setNote(...said)) },
    webhooks: { ...app.webhooks, create: (...said) => write(() => app.webhooks.create(...said)) },
    ingest: { submit: (request) => write(() => app.ingest.submit(request)) },
  };
}

async function withApp(run: (app: App, account: Account) => Promise<void>): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'waybell-samples-'));
  const app = await startApp({ ...testConfig, data });
  try {
    await run(app, (app.first as NonNullable<App['first']>).account);
  } finally {
    await app.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function countsOf({ store, webhooks }: App, { id }: Account): Promise<number[]> {
  const { items } = await store.trackings(id, anyTracking, { after: null, limit: 100 });
  return [items.length, (await webhooks.list(id)).length];
}
