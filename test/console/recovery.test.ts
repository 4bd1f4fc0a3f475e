/** A receiver that fails, as the console shows it, and how it comes to have everything. */
import assert from 'node:assert/strict';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, journey, report } from './journey.ts';

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
    await report(anna.owner, 'RECOVER-1');

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

furtherJourney(
  'a retry that is still to come is told with its time, and a delivery is sent again by hand',
  async (scene, t) => {
    const { page, anna } = scene;
    const receiver = await openScriptedReceiver(t, 500);
    await anna.owner('POST', '/webhooks', { body: { url: receiver.url, retry_seconds: [3600] } });
    await report(anna.owner, 'AGAIN-1');
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
