/** How webhooks fare at a glance: in the list, and by the hour on the page of one. */
import assert from 'node:assert/strict';
import { openScriptedReceiver } from '../support/scriptedReceiver.ts';
import { until } from '../support/until.ts';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, report } from './journey.ts';

furtherJourney(
  'a webhook tells how many attempts were accepted and what waits, in words and bars',
  async (scene, t) => {
    const { page, anna } = scene;
    const receiver = await openScriptedReceiver(t, 500);
    const { json } = await anna.owner('POST', '/webhooks', {
      body: { url: receiver.url, retry_seconds: [3600] },
    });
    for (const number of ['FARES-1', 'FARES-2', 'FARES-3', 'FARES-4']) await report(anna.owner, number);
    await until('three are accepted and one waits', async () => {
      const { webhooks } = (await anna.owner('GET', '/overview')).json;
      return webhooks[0]?.accepted === 3 && webhooks[0].failed === 1;
    });
    const overviews: string[] = [];
    page.on('request', (request) => {
      if (/\/(overview|figures)\b/.test(request.url())) overviews.push(new URL(request.url()).pathname);
    });
    await signIn(page, anna.owner.key, '/webhooks');
    const row = page.getByRole('link', { name: receiver.url });
    await row.getByText('75%').waitFor();
    const bars = 'Attempts by the hour, 24 hours: 3 accepted, 1 failed, most of those (1) from';
    await row.getByRole('img', { name: bars }).waitFor();
    await row.getByText('Next retry').waitFor();
    assert.deepEqual(overviews, ['/api/v1/overview'], 'One request is for all of the list.');
    await assertAccessible(page);

    await row.click();
    await page.getByRole('heading', { name: 'How it fares' }).waitFor();
    await page.getByText('As a table').click();
    const cells = page.getByRole('region', { name: 'As a table' }).getByRole('cell');
    await cells.first().waitFor();
    assert.deepEqual(await cells.allTextContents(), ['3', '1']);
    await page.getByLabel('Of which time').selectOption('The last 7 days');
    await page.getByRole('img', { name: bars.replace('24', '168') }).waitFor();
    assert.match(page.url(), new RegExp(`/webhooks/${json.id}\\?hours=168$`));
    await assertAccessible(page);
  },
);
