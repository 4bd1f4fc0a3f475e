/** The list of deliveries: narrowed to a stretch of time, and sent again, some or all that fit. */
import assert from 'node:assert/strict';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, report } from './journey.ts';

furtherJourney(
  'deliveries are ticked with the shift key and sent again, or all that fit are',
  async (scene, t) => {
    const { page, anna } = scene;
    const receiver = await openScriptedReceiver(t);
    const { json: webhook } = await anna.owner('POST', '/webhooks', { body: { url: receiver.url } });
    for (let n = 0; n < 6; n++) await report(anna.owner, `PICK-${n}`);
    await receiver.hears(6);
    await until('all are settled', async () => {
      const { data } = (await anna.owner('GET', '/deliveries?state=accepted')).json;
      return data.length === 6 ? data : null;
    });
    await signIn(page, anna.owner.key, '/deliveries');
    const tick = (n: number) => page.getByRole('checkbox', { name: `Choose the delivery of PICK-${n}` });
    await tick(4).click();
    await tick(2).click({ modifiers: ['Shift'] });
    await page.getByText('3 chosen').waitFor();
    assert.equal(await tick(3).isChecked(), true);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Send 3 again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send 3 deliveries again?' });
    await dialog.waitFor();
    assert.equal(receiver.heard.length, 6, 'Nothing is sent before the second yes.');
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('3 deliveries were gone through. 3 were accepted.').waitFor();
    const again = (await receiver.hears(9)).slice(6);
    const numbers = again.map(({ number }) => number);
    assert.deepEqual(numbers, ['PICK-2', 'PICK-3', 'PICK-4'], 'Oldest first.');

    await page.getByRole('button', { name: 'Send all that fit again' }).click();
    const all = page.getByRole('dialog', { name: 'Send 6 deliveries again?' });
    await all.waitFor();
    await assertAccessible(page);
    await all.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('6 deliveries were gone through. 6 were accepted.').waitFor();
    assert.equal((await receiver.hears(15)).length, 15);
    assert.equal(new Set(receiver.heard.map(({ id }) => id)).size, 6, 'They are the same deliveries.');

    // Of a webhook that is disabled none is sent, and that is said.
    await anna.owner('POST', `/webhooks/${webhook.id}/disable`);
    await tick(0).click();
    await page.getByRole('button', { name: 'Send 1 again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
    await page.getByText(/1 was left out: under way, of a disabled webhook/).waitFor();
    assert.equal(receiver.heard.length, 15);
  },
);

furtherJourney('sending again is stopped in between, and says how far it came', async (scene, t) => {
  const { page, anna } = scene;
  const receiver = await openScriptedReceiver(t);
  await anna.owner('POST', '/webhooks', { body: { url: receiver.url } });
  await report(anna.owner, 'STOP-0', 'STOP-1', 'STOP-2');
  await receiver.hears(3);
  await signIn(page, anna.owner.key, '/deliveries');
  await page.getByLabel('All that are shown').check();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/redeliver', async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Send 3 again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await dialog.getByText(/Stops after the portion under way/).waitFor();
  release();
  await page.getByText('Stopped after 1 delivery. 1 was accepted.').waitFor();
  assert.equal((await receiver.hears(4)).length, 4);
});

furtherJourney(
  'deliveries between two times are found by the clocks of the account',
  async ({ page, anna, url }) => {
    await anna.owner('PATCH', '/account', { body: { time_zone: 'Asia/Kathmandu' } });
    await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none` } });
    await report(anna.owner, 'TIME-1');
    await signIn(page, anna.owner.key, '/deliveries');
    await page.getByRole('link', { name: /TIME-1/ }).waitFor();
    await page.getByLabel('Made', { exact: true }).selectOption('Between two times');
    await page.getByLabel('From', { exact: true }).fill('2100-01-01T00:15');
    await page.getByText('None fits').waitFor();
    assert.equal(
      new URL(page.url()).searchParams.get('from')?.replaceAll('"', ''),
      '2099-12-31T18:30:00.000Z',
    );
    await page.getByLabel('From', { exact: true }).fill('2001-01-01T00:15');
    await page.getByRole('link', { name: /TIME-1/ }).waitFor();
    await page.getByLabel('To', { exact: true }).fill('2001-02-01T00:15');
    await page.getByText('None fits').waitFor();
    await page.getByLabel('Made', { exact: true }).selectOption('Within an hour');
    await page.getByRole('link', { name: /TIME-1/ }).waitFor();
    assert.match(page.url(), /\/deliveries\?within=hour$/);
  },
);
