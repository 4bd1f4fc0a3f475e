/** What holds for every page: who is let in, colours and widths, long lists, how much is loaded. */
import assert from 'node:assert/strict';
import type { Request } from 'playwright-core';
import { assertAccessible, assertFits, signIn } from './browser.ts';
import { furtherJourney, go, journey, report } from './journey.ts';

furtherJourney('a key is made, shown once, and revoked', async ({ page, anna }) => {
  await signIn(page, anna.owner.key, '/settings/keys');
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

furtherJourney(
  'a wrong key is refused in words, and a key is forgotten with the page',
  async ({ page, anna }) => {
    await page.goto('/deliveries?state=parked');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Sign in with an API key' }).click();
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
  },
);

furtherJourney(
  'whoever signs in with a key is led nowhere but within the console',
  async ({ page, anna, url }) => {
    for (const to of ['https://shop.example/', '//shop.example/', '/\\shop.example/']) {
      await signIn(page, anna.owner.key, to);
      assert.equal(new URL(page.url()).origin, url, to);
    }
  },
);

furtherJourney('dark colours and a narrow screen hinder nobody either', async ({ page, anna, url }) => {
  await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none` } });
  await page.emulateMedia({ colorScheme: 'dark' });
  await signIn(page, anna.owner.key, '/webhooks');
  await page.getByRole('link', { name: /inbox\/none/ }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Answer 404').waitFor();
  await assertAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const place of ['Shipments', 'Deliveries', 'Inbox', 'Settings', 'Webhooks']) {
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await go(page, place);
    await assertAccessible(page);
    await assertFits(page, place);
  }
});

furtherJourney(
  'many deliveries are loaded by and by, and only those in sight are in the document',
  async (scene) => {
    const { page, anna, url } = scene;
    await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none`, retry_seconds: [604_800] } });
    await report(anna.owner, ...Array.from({ length: 120 }, (_, n) => `MANY-${n}`));
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

journey('the first page takes less than 300 KiB from the wire', async ({ page, anna }) => {
  const requests: Request[] = [];
  page.on('requestfinished', (request) => requests.push(request));
  await signIn(page, anna.owner.key);
  await page.getByText('First steps').waitFor();
  const sizes = await Promise.all(requests.map((request) => request.sizes()));
  const bytes = sizes.reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
  assert.ok(bytes > 50 * 1024 && bytes < 300 * 1024, `It takes ${Math.round(bytes / 1024)} KiB.`);
});
