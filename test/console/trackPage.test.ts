/** The tracking page in a browser, as whoever waits for a parcel opens it on a phone. */
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from './browser.ts';
import { furtherJourney } from './journey.ts';

furtherJourney('a tracking page can be read on a phone, by day, by night and on paper', async (scene) => {
  const { page, anna, url } = scene;
  const settings = { name: 'Teapots', website: 'https://shop.example/', color: '#ffe08a' };
  await anna.owner('PATCH', '/account', { body: { settings } });
  const updates = ['transit', 'undelivered', 'exception010', 'delivered'].map((status, index) => ({
    tracking_number: `LX20396097${index}CN`,
    courier_code: 'china-ems',
    destination_country: 'SE',
    checkpoints: [
      { time: '2024-03-02 09:15', description: '已收寄', location: '深圳', status: 'transit' },
      { time: '2024-03-09 18:40', description: 'x'.repeat(300), status },
    ],
  }));
  await anna.owner('POST', '/updates', { body: { updates } });
  const parcels = (await anna.owner('GET', '/trackings')).json.data as { track_url: string }[];
  const addresses = [...parcels.map(({ track_url }) => track_url), `${url}/track/nothing`];
  assert.equal(addresses.length, 5);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 844 });
      for (const address of addresses) {
        await page.goto(address);
        await assertFits(page, `${address} at ${width}`);
        if (width === 390) await assertAccessible(page);
      }
    }
  }
  await page.goto(addresses[0] as string);
  await page.getByRole('heading', { level: 1, name: 'Delivered' }).waitFor();
  // The style of the page is let in by its policy: else it would be as narrow as its text.
  assert.equal(
    await page.locator('header').evaluate((band) => getComputedStyle(band).backgroundColor),
    'rgb(255, 224, 138)',
  );
  const steps = page.getByRole('list', { name: 'Progress' }).getByRole('listitem');
  assert.deepEqual(await steps.locator('.hidden').allTextContents(), [
    'Announced: done',
    'On its way: done',
    'Out for delivery: done',
    'Delivered: done',
  ]);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    'rgb(255, 255, 255)',
    'paper is white',
  );
});
