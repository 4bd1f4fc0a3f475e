/**
 * The console in a real browser: from signing in to a webhook that is seen to arrive, and from a receiver that fails to one
 * that has everything. The server and the receivers are real; where there is no browser, the tests are skipped and say so.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { type TestServer, withServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { assertAccessible, type Browser, noBrowser, signIn, withBrowser } from './browser.ts';

interface Scene extends TestServer, Browser {}

function journey(name: string, run: (scene: Scene, t: TestContext) => Promise<void>): void {
  test(name, { skip: noBrowser }, (t) =>
    withServer((server) =>
      withBrowser(server.url, async (browser) => {
        await run({ ...server, ...browser }, t);
        assert.deepEqual(browser.complaints, [], 'The browser has nothing to complain of.');
        assert.deepEqual(browser.foreign, [], 'Nothing is asked of another server.');
      }),
    ),
  );
}

journey('who signs in with a key makes a webhook to the inbox and sees its test arrive', async (scene) => {
  const { page, anna } = scene;
  await signIn(page, anna.owner.key);
  await page.getByText('No webhook yet').waitFor();
  await assertAccessible(page);

  await page.getByRole('link', { name: 'The built-in inbox' }).click();
  await page.getByText('Nothing has arrived yet').waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Create a webhook to it' }).click();
  assert.match(await page.getByLabel('Webhook URL').inputValue(), /\/inbox\/[\w-]{24}$/);
  await page.getByRole('radio', { name: 'TrackingMore V2' }).check();
  await page.getByLabel('Body of the request').getByText('"verifyInfo"').waitFor();
  await page.getByRole('checkbox', { name: 'In transit' }).uncheck();
  assert.equal(await page.getByRole('checkbox', { name: 'All', exact: true }).isChecked(), false);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();

  const secret = page.locator('[data-secret]');
  await secret.waitFor();
  assert.match((await secret.textContent()) ?? '', /^whsec_/);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('heading', { name: 'Send a test' }).waitFor();
  assert.doesNotMatch(await page.content(), /whsec_/);
  const { json } = await anna.owner('GET', '/webhooks');
  const [{ version, statuses, url }] = json.data;
  assert.equal(version, 'v2');
  assert.deepEqual([statuses.length, statuses.includes('transit')], [7, false]);

  await page.getByLabel('A parcel that becomes').selectOption('Exception');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Answer 200').waitFor();
  await page.getByLabel('Body of the request').getByText('"exception"').waitFor();
  await assertAccessible(page);

  await go(page, 'Inbox');
  await page.getByText('LX203960974CN · exception').click();
  await page.getByText('Verified').waitFor();
  await page.getByLabel('Body of the request').getByText('"verifyInfo"').waitFor();
  await assertAccessible(page);
  await go(page, 'Webhooks');
  await page.getByRole('link', { name: url }).getByText('Well').waitFor();
  await assertAccessible(page);
});

journey(
  'a receiver that fails is seen with its attempts, and recovered when it is well',
  async (scene, t) => {
    const { page, anna } = scene;
    const receiver = await openScriptedReceiver(t, 500, 503);
    const { json: webhook } = await anna.owner('POST', '/webhooks', {
      body: { url: `${receiver.url}/hook`, version: 'v4', retry_seconds: [1] },
    });
    await signIn(page, anna.owner.key, `/deliveries?webhook=${webhook.id}&state=parked`);
    await page.getByText('None fits').waitFor();
    const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
    await anna.owner('POST', '/updates', {
      body: { updates: [{ tracking_number: 'RECOVER-1', checkpoints }] },
    });

    // Nobody loads the page anew: it is the list that goes on asking.
    await page.getByRole('link', { name: /Parked.*RECOVER-1/ }).click();
    await page.getByRole('heading', { name: 'RECOVER-1' }).waitFor();
    for (const [attempt, answer] of [
      ['Attempt 1', 'Answer 500'],
      ['Attempt 2', 'Answer 503'],
    ] as const) {
      await page.getByText(attempt).waitFor();
      await page.getByText(answer).waitFor();
    }
    await page.getByText('Connected to 127.0.0.1.').first().waitFor();
    await page.getByText('Answer 503').click();
    await page.getByRole('region', { name: 'Headers of the answer' }).waitFor();
    await assertAccessible(page);

    await page.getByRole('link', { name: `${receiver.url}/hook` }).click();
    await page.getByText('1 delivery is parked').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Recover 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send 1 delivery again?' });
    await dialog.waitFor();
    assert.equal(receiver.heard.length, 2, 'Nothing is sent before the second yes.');
    await dialog.getByRole('button', { name: 'Recover' }).click();
    await page.getByText('1 delivery was put back and is being sent.').waitFor();
    const heard = await receiver.hears(3);
    assert.equal(new Set(heard.map(({ id }) => id)).size, 1, 'It is the same delivery.');
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page.getByRole('link', { name: /Accepted.*RECOVER-1/ }).waitFor();
    assert.match(page.url(), new RegExp(`/deliveries\\?webhook=${webhook.id}$`));
    await assertAccessible(page);
  },
);

journey(
  'a retry that is still to come is told with its time, and a delivery is sent again by hand',
  async (scene, t) => {
    const { page, anna } = scene;
    const receiver = await openScriptedReceiver(t, 500);
    await anna.owner('POST', '/webhooks', { body: { url: receiver.url, retry_seconds: [3600] } });
    const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
    await anna.owner('POST', '/updates', {
      body: { updates: [{ tracking_number: 'AGAIN-1', checkpoints }] },
    });
    const { id } = await until('the first attempt has failed', async () => {
      const { json } = await anna.owner('GET', '/deliveries');
      return json.data[0]?.attempt_count === 1 ? json.data[0] : null;
    });
    await signIn(page, anna.owner.key, `/deliveries/${id}`);
    await page.getByText('Not before').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Attempt 2, sent again by hand').waitFor();
    await page.getByText('The receiver has taken it.').waitFor();
    assert.equal(receiver.heard.length, 2);
  },
);

journey('what the server refuses is said at its field, in its own words', async ({ page, anna }) => {
  await signIn(page, anna.owner.key, '/webhooks/new');
  const url = page.getByLabel('Webhook URL');
  await url.fill('http://169.254.169.254/latest');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText(/169\.254\.169\.254.*--allow-network/).waitFor();
  assert.equal(await url.getAttribute('aria-invalid'), 'true');
  assert.deepEqual((await anna.owner('GET', '/webhooks')).json.data, []);
  await assertAccessible(page);
});

journey('a webhook is edited, disabled and deleted, each after a second yes', async ({ page, anna, url }) => {
  const body = { url: `${url}/inbox/none`, headers: { 'X-Shop': 'secret' }, rate_per_second: 2 };
  const { json } = await anna.owner('POST', '/webhooks', { body });
  await signIn(page, anna.owner.key, `/webhooks/${json.id}`);
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Description').fill('The till');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'The till' }).waitFor();
  const { description, headers, rate_per_second } = (await anna.owner('GET', `/webhooks/${json.id}`)).json;
  assert.deepEqual([description, headers, rate_per_second], ['The till', { 'X-Shop': '(hidden)' }, 2]);

  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByText(/Both secrets sign until/).waitFor();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('The old secret signs too until').waitFor();

  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Enable' }).waitFor();
  await page.getByText('Disabled by hand.').waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await anna.owner('GET', '/webhooks')).json.data.length, 1);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No webhook yet').waitFor();
  assert.deepEqual((await anna.owner('GET', '/webhooks')).json.data, []);
});

journey('a key is made, shown once, and revoked', async ({ page, anna }) => {
  await signIn(page, anna.owner.key, '/settings');
  await page.getByLabel('Name of a new key').fill('The till');
  await page.getByLabel('Role').selectOption('Read-only');
  await page.getByRole('button', { name: 'Create' }).click();
  assert.match((await page.locator('[data-secret]').textContent()) ?? '', /^wk_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: 'Revoke The till' }).click();
  await assertAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke The till' }).waitFor({ state: 'detached' });
  const names = (await anna.owner('GET', '/keys')).json.data.map(({ name }: { name: string }) => name);
  assert.ok(!names.includes('The till'));
  await assertAccessible(page);
});

journey('a wrong key is refused in words, and a key is forgotten with the page', async ({ page, anna }) => {
  await page.goto('/deliveries?state=parked');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Sign in with an API key' }).click();
  await page.getByLabel('API key', { exact: true }).fill('wk_wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('API key', { exact: true }).fill(anna.owner.key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  assert.match(page.url(), /\/deliveries\?state=parked$/, 'It leads where one wanted to go.');
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  assert.ok(!kept.includes(anna.owner.key));
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

journey('dark colours and a narrow screen hinder nobody either', async ({ page, anna, url }) => {
  await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none` } });
  await page.emulateMedia({ colorScheme: 'dark' });
  await signIn(page, anna.owner.key);
  await page.getByRole('link', { name: /inbox\/none/ }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Answer 404').waitFor();
  await assertAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const place of ['Deliveries', 'Inbox', 'Settings', 'Webhooks']) {
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await go(page, place);
    await assertAccessible(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${place} is ${overflow} px too wide.`);
  }
});

journey(
  'many deliveries are loaded by and by, and only those in sight are in the document',
  async (scene) => {
    const { page, anna, url } = scene;
    await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none`, retry_seconds: [604_800] } });
    const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
    const updates = Array.from({ length: 120 }, (_, n) => ({ tracking_number: `MANY-${n}`, checkpoints }));
    await anna.owner('POST', '/updates', { body: { updates } });
    await signIn(page, anna.owner.key, '/deliveries');
    for (const _page of [2, 3]) await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('120 deliveries').waitFor();
    const rows = page.getByRole('listitem');
    const count = await rows.count();
    assert.ok(count > 10 && count < 60, `${count} rows are in the document.`);
    const [last] = (await anna.owner('GET', '/deliveries?limit=120')).json.data.slice(-1);
    await page.keyboard.press('End');
    await page.getByRole('link', { name: last.tracking_number }).waitFor();
    assert.ok((await rows.count()) < 60);
  },
);

journey('the first page takes less than 300 KiB from the wire', async ({ page, anna, url }) => {
  let bytes = 0;
  page.on('requestfinished', async (request) => {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    if (request.url().startsWith(url)) bytes += responseBodySize + responseHeadersSize;
  });
  await signIn(page, anna.owner.key);
  await page.getByText('No webhook yet').waitFor();
  await page.waitForLoadState('networkidle');
  assert.ok(bytes > 50 * 1024 && bytes < 300 * 1024, `It takes ${Math.round(bytes / 1024)} KiB.`);
});

async function go(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { name: place, level: 1 }).waitFor();
}
