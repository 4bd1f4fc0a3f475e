/** Shipments in the console: a file of ten thousand, the search, one shipment, and many dealt with at a time. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, go, journey } from './journey.ts';

journey('a file of ten thousand rows is looked at, sent and reported on', async ({ page, anna }) => {
  await signIn(page, anna.owner.key);
  await go(page, 'Shipments');
  await page.getByText('No shipment yet').waitFor();
  await page.getByRole('link', { name: 'Upload a file' }).click();

  const rows = Array.from({ length: 9997 }, (_, n) => `FILE-${n};USPS;Order ${n};Anna Example ${n}`);
  rows.splice(2, 0, 'BAD-1;no-such-courier;Order x;', ';usps;Order y;');
  const text = ['Tracking No.;Carrier;Order number;Customer', ...rows, '=FILE-1;;;', ''].join('\r\n');
  const file = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('heading', { name: 'What orders.csv becomes' }).waitFor();
  await page.getByText('10,000 rows, separated by semicolons.').waitFor();
  assert.equal(await page.getByLabel('Tracking No.').inputValue(), 'tracking_number');
  assert.equal(await page.getByLabel('Carrier').inputValue(), 'courier_code');
  await page.getByText('Row 4 · BAD-1: its courier is not known').waitFor();
  await page.getByText('Row 5: it has no tracking number').waitFor();
  await assertAccessible(page);

  await page.getByRole('button', { name: 'Add 9,999 shipments' }).click();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('heading', { name: 'What became of the rows' }).waitFor();
  const outcomes = page.getByRole('group', { name: 'Which rows' });
  await outcomes.getByRole('button', { name: 'Created 9,997' }).waitFor();
  await outcomes.getByRole('button', { name: 'Refused 2' }).click();
  await page.getByText('Row 4', { exact: true }).waitFor();
  await page.getByText('No courier has the code "no-such-courier"').waitFor();
  await assertAccessible(page);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  const report = (await readFile(await saved.path(), 'utf8')).split('\r\n');
  assert.match(report[1] ?? '', /^4,BAD-1,refused,,.*no-such-courier/);
  assert.match(report[2] ?? '', /^10001,"'=FILE-1",refused,,/);

  await page.getByRole('link', { name: 'To the shipments' }).click();
  await page.getByLabel('Search').fill('FILE-777');
  await page.getByRole('link', { name: /FILE-777\b/ }).click();
  await page.getByRole('heading', { name: 'FILE-777', exact: true }).waitFor();
  await page.getByText('Anna Example 777').waitFor();
  await assertAccessible(page);
});
