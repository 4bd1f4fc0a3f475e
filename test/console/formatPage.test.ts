/** The format page: a field is found in the sample, the code is for one's own endpoint, and a pasted request is judged. */
import assert from 'node:assert/strict';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney } from './journey.ts';

furtherJourney(
  'a received request is pasted, and the page says whether it verifies and why not',
  async (scene) => {
    const { page, anna, url } = scene;
    const body = { url: `${url}/inbox/none?token=hidden`, version: 'v2' };
    const webhook = (await anna.owner('POST', '/webhooks', { body })).json;
    const test = (await anna.owner('POST', `/webhooks/${webhook.id}/test`, { body: {} })).json;
    await signIn(page, anna.owner.key, `/webhooks/${webhook.id}`);
    await page.getByRole('region', { name: 'Format and verification' }).getByRole('link').click();
    await page.getByRole('heading', { name: 'Format', level: 1 }).waitFor();
    assert.match(page.url(), new RegExp(`/format/v2\\?webhook=${webhook.id}$`));

    const code = page.getByLabel('Code of a receiver in PHP');
    await code.getByText(`Receives ${url}/inbox/none`).waitFor();
    assert.doesNotMatch((await code.textContent()) ?? '', /token|whsec_\w{2}/);
    const sample = page.getByLabel('Sample of the body');
    await page.getByRole('button', { name: 'data.lastEvent' }).focus();
    await sample.locator('[data-active]').getByText('"lastEvent"').first().waitFor();
    await sample.getByRole('button', { name: '"carrier_code"' }).first().hover();
    await page.locator('.fieldRow[data-active]').getByText('data.carrier_code').waitFor();

    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
    const lines = Object.entries(test.request.headers).map(([name, value]) => `${name}: ${value}`);
    const received = (text: string, from = 0) => [...lines.slice(from), '', text].join('\n');
    const check = async (text: string, key: string) => {
      await page.getByLabel('The request').fill(text);
      await page.getByRole('textbox', { name: 'Secret or signing email' }).fill(key);
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      return page.getByRole('region', { name: 'Result' });
    };
    const found = await check(received(test.request.body), webhook.secret);
    await found.getByText('It verifies.').waitFor();
    await check(received(JSON.stringify(JSON.parse(test.request.body), null, 2)), webhook.secret);
    await found.getByText('What is signed is one line').waitFor();
    await check(received(test.request.body, lines.length), webhook.secret);
    await found.getByText('Missing: webhook-id, webhook-timestamp, webhook-signature').waitFor();
    await check(received(test.request.body.replace('LX20', 'LX21')), webhook.secret);
    await found.getByText('The signature does not fit').waitFor();
    await assertAccessible(page);
    assert.deepEqual(
      asked.filter((one) => /whsec_|LX2/.test(one)),
      [],
      'Nothing that was pasted is sent.',
    );
  },
);

furtherJourney(
  'each version has a page of its own, and an address leads to it',
  async ({ page, anna, url }) => {
    await signIn(page, anna.owner.key, '/format');
    await page.getByRole('heading', { name: 'Format', level: 1 }).waitFor();
    assert.match(page.url(), /\/format\/standard$/, 'Who has no webhook is shown the one for new receivers.');
    await page.getByRole('button', { name: 'data.latest_checkpoint.ahead' }).waitFor();
    await page.getByRole('link', { name: 'TrackingMore V4' }).click();
    await page.getByText('raw_status').first().waitFor();
    await page.getByLabel('A parcel that becomes').selectOption('Exception');
    await page.getByLabel('Sample of the body').getByText('"exception"').first().waitFor();
    await page.getByRole('link', { name: 'Go', exact: true }).click();
    await page.getByLabel('Code of a receiver in Go').getByText('isTimeSigned').first().waitFor();
    await signIn(page, anna.owner.key, page.url().replace(url, ''));
    await page.getByLabel('Code of a receiver in Go').waitFor();
    await page.getByLabel('Sample of the body').getByText('"exception"').first().waitFor();
  },
);

furtherJourney('the arrow keys lead from field to field, and through the sample', async ({ page, anna }) => {
  await signIn(page, anna.owner.key, '/format/v3');
  const active = () => page.evaluate(() => document.activeElement?.getAttribute('data-path'));
  await page.getByRole('button', { name: 'data.order_number', exact: true }).focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await active(), 'data.delivery_status');
  await page.keyboard.press('Home');
  assert.equal(await active(), 'code');
  await page.getByLabel('Sample of the body').getByRole('button', { name: '"code"', exact: true }).focus();
  await page.keyboard.press('End');
  assert.equal(await active(), 'usertag');
  await page.locator('.fieldRow[data-active]').getByText('usertag').waitFor();
});
