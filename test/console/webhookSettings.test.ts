/** All that a webhook can be set to, as the console asks for it, and what is done with one that is there. */
import assert from 'node:assert/strict';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, report } from './journey.ts';

furtherJourney(
  'a URL is judged while it is typed, and an answer to what was typed before is dropped',
  async (scene) => {
    const { page, anna, url } = scene;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/webhooks/check-url', async (route) => {
      if (route.request().postData()?.includes('10.0.0.7')) await released;
      await route.continue();
    });
    await signIn(page, anna.owner.key, '/webhooks/new');
    const field = page.getByLabel('Webhook URL');
    const asked = page.waitForRequest((request) => request.postData()?.includes('10.0.0.7') ?? false);
    await field.fill('http://10.0.0.7/hook');
    await asked;
    await field.fill(`${url}/inbox/none`);
    await page.getByText('A webhook may have this address.').waitFor();
    const answered = page.waitForResponse(
      (response) => response.request().postData()?.includes('10.0.0.7') ?? false,
    );
    release();
    await (await answered).finished();
    assert.equal(await page.getByText(/10\.0\.0\.7 is/).count(), 0);
    assert.equal(await field.getAttribute('aria-invalid'), null);

    await field.fill('http://169.254.169.254/latest');
    await page.getByText(/169\.254\.169\.254.*--allow-network/).waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await field.fill('http://9.9.9.9/hook');
    await page.getByText(/bodies travel readable/).waitFor();
    assert.deepEqual((await anna.owner('GET', '/webhooks')).json.data, []);
    await assertAccessible(page);
  },
);

furtherJourney('settings that are folded away are set, refused at their place, and kept', async (scene) => {
  const { page, anna, url } = scene;
  await signIn(page, anna.owner.key, '/webhooks/new');
  await page.getByLabel('Webhook URL').fill(`${url}/inbox/none`);
  await page.getByText(/your receiver has to return a status/).waitFor();
  await page.getByRole('radio', { name: 'False: any answer will do' }).check();
  await page.getByText(/an error of your receiver goes unnoticed/).waitFor();
  await page.getByText('More', { exact: true }).click();
  await page.getByText('14 attempts over 2 days, 20 hours').waitFor();
  await page.getByRole('radio', { name: 'A schedule of your own' }).check();
  const waits = page.getByLabel('Waits between the attempts');
  await waits.fill('10s 5 minutes');
  await page.getByText(/Write each wait as a whole number/).waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  assert.equal(await waits.evaluate((field) => field === document.activeElement), true);
  await waits.fill('10s 5m 1h');
  await page.getByText('4 attempts over 1 hour, 5 minutes').click();
  await page.getByRole('list', { name: 'Schedule of the attempts' }).getByText('After 5 minutes').waitFor();
  await page.getByLabel('Afterwards once a day').check();
  await page.getByLabel('Disable after days of nothing but failures').fill('400');
  await page
    .getByLabel(/^Further names of the signature/)
    .selectOption('svix-id, svix-timestamp, svix-signature');
  await page.getByRole('region', { name: 'Headers of the request' }).getByText('svix-id:').waitFor();
  await page.getByLabel('A delivery is parked').check();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const days = page.getByLabel('Disable after days of nothing but failures');
  await page.locator('[aria-invalid="true"]').waitFor();
  assert.equal(await days.getAttribute('aria-invalid'), 'true', 'The refusal stands at its field.');
  await assertAccessible(page);
  await days.fill('5');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('4 attempts over 1 hour, 5 minutes, and then one a day').waitFor();
  const [made] = (await anna.owner('GET', '/webhooks')).json.data;
  const { callback, retry_seconds, retry_daily, disable_after_days, signature_headers, operational_events } =
    made;
  assert.deepEqual(
    { callback, retry_seconds, retry_daily, disable_after_days, signature_headers, operational_events },
    {
      callback: false,
      retry_seconds: [10, 300, 3600],
      retry_daily: true,
      disable_after_days: 5,
      signature_headers: { id: 'svix-id', timestamp: 'svix-timestamp', signature: 'svix-signature' },
      operational_events: ['delivery.parked'],
    },
  );

  // Edited in another place, it is sent back as it is; with another version the news of the sending go.
  await page.getByRole('link', { name: 'Edit' }).click();
  assert.equal(await page.getByLabel('Waits between the attempts').inputValue(), '10s 5m 1h');
  await page.getByRole('radio', { name: 'TrackingMore V4' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Send a test' }).waitFor();
  const { json: edited } = await anna.owner('GET', `/webhooks/${made.id}`);
  assert.deepEqual(
    [edited.version, edited.retry_seconds, edited.operational_events, edited.signature_headers],
    ['v4', [10, 300, 3600], [], signature_headers],
  );
});

furtherJourney('what a webhook never had is counted and then sent, from a time on', async (scene, t) => {
  const { page, anna } = scene;
  await report(anna.owner, 'BEFORE-0', 'BEFORE-1', 'BEFORE-2');
  const receiver = await openScriptedReceiver(t);
  const { json } = await anna.owner('POST', '/webhooks', { body: { url: receiver.url } });
  await signIn(page, anna.owner.key, `/webhooks/${json.id}`);
  await page.getByRole('button', { name: 'Send what is missing' }).click();
  const dialog = page.getByRole('dialog');
  await page.getByRole('heading', { name: '3 events are missing' }).waitFor();
  await dialog.getByLabel('From').fill('2100-01-01T00:00');
  await dialog.getByText('Nothing is missing from that time on.').waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
  await dialog.getByLabel('From').fill('2001-01-01T00:00');
  await page.getByRole('heading', { name: '3 events are missing' }).waitFor();
  await assertAccessible(page);
  assert.equal(receiver.heard.length, 0, 'Nothing is sent before the yes.');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('3 events were added and are being sent.').waitFor();
  await receiver.hears(3);
});

furtherJourney('an overlap of secrets counts down, and is ended', async ({ page, anna, url }) => {
  const { json } = await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none` } });
  await anna.owner('POST', `/webhooks/${json.id}/rotate-secret`, { body: { overlap_seconds: 604_800 } });
  await signIn(page, anna.owner.key, `/webhooks/${json.id}`);
  await page.getByText(/Both secrets sign for 6 days, 23 hours more\./).waitFor();
  await page.getByRole('button', { name: 'End it now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End it now' }).click();
  await page.getByText(/Both secrets sign for/).waitFor({ state: 'detached' });
  const { previous_secret_until: until } = (await anna.owner('GET', `/webhooks/${json.id}`)).json;
  assert.equal(until, null);
});

furtherJourney(
  'who may only read sees everything of webhooks and deliveries, and nothing to change it with',
  async (scene) => {
    const { page, anna, url } = scene;
    const { json } = await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none` } });
    await report(anna.owner, 'READ-1');
    await signIn(page, anna['read-only'].key, '/webhooks');
    await page.getByRole('link', { name: json.url }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'New webhook' }).count(), 0);
    await page.getByRole('link', { name: json.url }).click();
    await page.getByRole('heading', { name: 'Settings', level: 2 }).waitFor();
    const main = page.getByRole('main');
    assert.deepEqual(await main.getByRole('button').allTextContents(), []);
    await main.getByRole('link', { name: 'All', exact: true }).click();
    const row = page.getByRole('link', { name: /READ-1/ });
    await row.waitFor();
    assert.equal(await main.getByRole('checkbox').count(), 0);
    assert.deepEqual(await main.getByRole('button').allTextContents(), []);
    await row.click();
    await page.getByRole('heading', { name: 'Attempts' }).waitFor();
    assert.deepEqual(await main.getByRole('button').allTextContents(), []);
  },
);
