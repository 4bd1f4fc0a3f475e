/** A webhook in the console, from making it and seeing its test arrive to deleting it. */
import assert from 'node:assert/strict';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, go, journey } from './journey.ts';

journey('who signs in with a key makes a webhook to the inbox and sees its test arrive', async (scene) => {
  const { page, anna } = scene;
  await signIn(page, anna.owner.key, '/webhooks');
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

furtherJourney('what the server refuses is said at its field, in its own words', async ({ page, anna }) => {
  await signIn(page, anna.owner.key, '/webhooks/new');
  const url = page.getByLabel('Webhook URL');
  await url.fill('http://169.254.169.254/latest');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText(/169\.254\.169\.254.*--allow-network/).waitFor();
  assert.equal(await url.getAttribute('aria-invalid'), 'true');
  assert.deepEqual((await anna.owner('GET', '/webhooks')).json.data, []);
  await assertAccessible(page);
});

furtherJourney(
  'a webhook is edited, disabled and deleted, each after a second yes',
  async ({ page, anna, url }) => {
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
  },
);
