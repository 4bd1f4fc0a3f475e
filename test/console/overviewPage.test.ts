/** The first page: what a new account does first, and then how parcels and deliveries fare. */
import assert from 'node:assert/strict';
import { until } from '../support/until.ts';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, report } from './journey.ts';

furtherJourney('a new account is led to its first news, and then sees how all fares', async (scene) => {
  const { page, anna } = scene;
  await signIn(page, anna.owner.key);
  const steps = page.getByRole('region', { name: 'First steps' });
  await steps.getByText('Make a webhook').waitFor();
  assert.equal(await steps.getByText('done').count(), 0);
  await assertAccessible(page);
  await steps.getByRole('link', { name: 'New webhook' }).click();
  await page.getByRole('heading', { name: 'New webhook', level: 1 }).waitFor();

  const inbox = (await anna.owner('GET', '/inbox')).json.url;
  await anna.owner('POST', '/webhooks', { body: { url: inbox } });
  await report(anna.owner, 'ONE-1', 'ONE-2');
  await until('both were accepted and counted', async () => {
    const { deliveries } = (await anna.owner('GET', '/overview')).json;
    return deliveries.accepted === 2;
  });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click();
  await page.getByText('2 accepted').waitFor();
  assert.equal(await steps.count(), 0, 'All is done.');
  await page.getByText('100%').first().waitFor();
  const shipments = page.getByRole('region', { name: 'Shipments by status' });
  const link = shipments.getByRole('link', { name: 'In transit' });
  assert.equal(await link.getAttribute('href'), '/shipments?status=transit');
  await page.getByText('As a table').click();
  const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: '2', exact: true }) });
  assert.equal(await row.count(), 1, 'Of all hours one has them.');
  await assertAccessible(page);
  await page.getByRole('link', { name: 'The last 7 days' }).click();
  await page.waitForURL(/\?hours=168$/);
  await until('a row for each hour of seven days', async () => (await page.getByRole('row').count()) === 169);

  await page.setViewportSize({ width: 390, height: 844 });
  await until('a page as narrow as the window', () =>
    page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
  );
});
