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
});

const posted = { time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' };

furtherJourney(
  'a filter is saved under a name, renamed, opened by its address and deleted',
  async (scene) => {
    const { page, anna } = scene;
    const updates = [
      { tracking_number: 'VIEW-1', courier_code: 'usps', checkpoints: [posted] },
      { tracking_number: 'VIEW-2', courier_code: 'gls', checkpoints: [posted] },
    ];
    await anna.owner('POST', '/updates', { body: { updates } });
    await signIn(page, anna.owner.key, '/shipments?courier=usps&status=transit');
    await page.getByRole('link', { name: /VIEW-1/ }).waitFor();
    assert.equal(await page.getByRole('link', { name: /VIEW-2/ }).count(), 0);
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Under way by USPS');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const views = page.getByRole('navigation', { name: 'Saved views' });
    await views.getByRole('link', { name: 'Under way by USPS' }).waitFor();
    const [view] = (await anna.owner('GET', '/views')).json.data;
    assert.deepEqual(view.query, { status: 'transit', archived: 'false', courier_code: 'usps' });

    await page.getByRole('button', { name: 'Remove the filters' }).click();
    await page.getByRole('link', { name: /VIEW-2/ }).waitFor();
    await views.getByRole('button', { name: 'Change the view Under way by USPS' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('USPS');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await views.getByRole('link', { name: 'USPS', exact: true }).click();
    await page.getByRole('link', { name: /VIEW-2/ }).waitFor({ state: 'detached' });
    assert.match(page.url(), /\/shipments\?status=transit&courier=usps$/);
    await views.getByRole('button', { name: 'Change the view USPS' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await views.getByRole('link').waitFor({ state: 'detached' });
    assert.deepEqual((await anna.owner('GET', '/views')).json.data, []);
  },
);

furtherJourney('what needs attention is found by its reason, and the list renews itself', async (scene) => {
  const { page, anna } = scene;
  const report = (number: string, status: string) =>
    anna.owner('POST', '/updates', {
      body: { updates: [{ tracking_number: number, checkpoints: [{ ...posted, status }] }] },
    });
  await report('FINE-1', 'transit');
  await report('LOST-1', 'exception007');
  await report('BACK-1', 'exception010');
  await signIn(page, anna.owner.key, '/shipments');
  await page.getByRole('link', { name: /FINE-1/ }).waitFor();
  await page.getByRole('link', { name: /^Needs attention/ }).click();
  await page.getByRole('link', { name: /FINE-1/ }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /LOST-1/ }).waitFor();
  await assertAccessible(page);
  await page.getByRole('navigation', { name: 'Reasons for attention' }).getByText('Returned').click();
  await page.getByRole('link', { name: /LOST-1/ }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /BACK-1/ }).waitFor();
  assert.match(page.url(), /\/shipments\?attention=returned$/);
  // Nobody loads the page anew: it is the list that goes on asking.
  await report('BACK-2', 'exception011');
  await page.getByRole('link', { name: /BACK-2/ }).waitFor();
});

furtherJourney(
  'numbers are pasted, with couriers and without, and what is none is refused',
  async (scene) => {
    const { page, anna } = scene;
    await signIn(page, anna.owner.key, '/shipments/new?by=paste');
    await page.getByLabel('Numbers').fill('PASTE-1\nPASTE-2,USPS\n\n9.4E+21\nPASTE-3,nobody\nPASTE-1');
    await page.getByText('Row 4 · 9.4E+21: a spreadsheet has rounded its number').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Add 4 shipments' }).click();
    const outcomes = page.getByRole('group', { name: 'Which rows' });
    for (const name of ['All 5', 'Created 2', 'Unchanged 1', 'Refused 1', 'Not sent 1'])
      await outcomes.getByRole('button', { name, exact: true }).waitFor();
    await assertAccessible(page);
    const { data } = (await anna.owner('GET', '/trackings')).json;
    assert.deepEqual(
      data.map((one: Record<string, string>) => [one.tracking_number, one.courier_code]).toSorted(),
      [
        ['PASTE-1', null],
        ['PASTE-2', 'usps'],
      ],
    );
  },
);

furtherJourney(
  'one is added with a courier that was suggested, edited, set by hand and deleted',
  async (scene) => {
    const { page, anna, url } = scene;
    await anna.owner('POST', '/webhooks', { body: { url: `${url}/inbox/none`, retry_seconds: [604_800] } });
    await signIn(page, anna.owner.key, '/shipments/new');
    await page.getByLabel('Tracking number').fill('LX203960974CN');
    await page.getByRole('button', { name: 'China Post', exact: true }).click();
    await page.getByLabel('Title', { exact: true }).fill('Blue kettle');
    await page.getByLabel('To country').fill('Sweden');
    await page.getByRole('button', { name: 'Add the shipment' }).click();
    await page.getByText('"Sweden" is not a country').waitFor();
    await assertAccessible(page);
    await page.getByLabel('To country').fill('se');
    await page.getByRole('button', { name: 'Add the shipment' }).click();
    await page.getByRole('heading', { name: 'LX203960974CN', level: 1 }).waitFor();
    await page.getByText('No courier has reported anything yet').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1);

    const checkpoints = [
      { time: '2026-03-01T23:30:00+08:00', description: '已收件', location: '深圳', status: 'transit' },
      {
        time: '2026-03-03',
        description: 'Ankunft',
        side: 'destination',
        status: 'transit',
        id: 'S-7',
        code: 'AA',
      },
    ];
    await anna.owner('POST', '/updates', {
      body: {
        updates: [
          {
            tracking_number: 'LX203960974CN',
            courier_code: 'china-post',
            destination_courier_code: 'dhl',
            checkpoints,
          },
        ],
      },
    });
    await page.getByText('已收件').waitFor();
    const way = page.getByRole('region', { name: 'Its way' });
    assert.deepEqual(await way.getByRole('heading', { level: 3 }).allTextContents(), [
      'Tuesday, 3 March 2026',
      'Sunday, 1 March 2026',
    ]);
    const [newest, oldest] = [way.getByRole('listitem').first(), way.getByRole('listitem').last()];
    assert.match((await newest.textContent()) ?? '', /^No time given.*Destination: DHL/);
    assert.match((await oldest.textContent()) ?? '', /^23:30:00\+08:00.*Origin: China Post/);
    await newest.getByText('As reported').click();
    await newest.getByText('S-7').waitFor();
    await page.getByRole('link', { name: /inbox\/none.*revision 2/ }).waitFor();
    await assertAccessible(page);

    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('Customer', { exact: true }).fill('Anna Example');
    await assertAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Anna Example').waitFor();
    await page.getByLabel('Status', { exact: true }).selectOption('Delivered');
    await page.getByRole('button', { name: 'Set the status' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Set the status' }).click();
    await page.getByText('Set by hand', { exact: true }).waitFor();
    assert.equal((await anna.owner('GET', `/trackings/${id}`)).json.status, 'delivered');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Set by hand', { exact: true }).waitFor({ state: 'detached' });
    assert.equal((await anna.owner('GET', `/trackings/${id}`)).json.status, 'transit');
    await page.getByRole('button', { name: 'Stop following' }).click();
    await page.getByRole('button', { name: 'Follow again' }).waitFor();
    await page.getByRole('button', { name: 'Ask the courier now' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('link', { name: 'All in deliveries' }).click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No shipment yet').waitFor();
    assert.equal((await anna.owner('GET', `/trackings/${id}`)).status, 404);
  },
);

furtherJourney(
  'several are chosen by key and by click, archived after a second yes, and found again',
  async (scene) => {
    const { page, anna } = scene;
    const updates = Array.from({ length: 12 }, (_, n) => ({ tracking_number: `MANY-${n + 10}` }));
    await anna.owner('POST', '/updates', { body: { updates } });
    await signIn(page, anna.owner.key, '/shipments');
    await page.getByRole('link', { name: /MANY-21/ }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('a:focus', { hasText: 'MANY-19' }).waitFor();
    await page.keyboard.press('Shift+Space');
    await page.getByText('3 chosen').waitFor();
    await page.getByLabel('Choose MANY-17').check();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    assert.deepEqual((await anna.owner('GET', '/trackings?archived=true')).json.data, []);
    await page.getByRole('button', { name: 'Archive' }).click();
    await page
      .getByRole('dialog', { name: 'Archive 4 shipments?' })
      .getByRole('button', { name: 'Archive' })
      .click();
    await page.getByRole('link', { name: /MANY-20/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^Archived/ }).click();
    for (const number of ['MANY-21', 'MANY-20', 'MANY-19', 'MANY-17'])
      await page.getByRole('link', { name: new RegExp(number) }).waitFor();
    await page.getByText('4 shipments').waitFor();
    await page.getByLabel('Choose all that are loaded').check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing was archived yet').waitFor();
    assert.equal((await anna.owner('GET', '/trackings')).json.data.length, 8);
  },
);

furtherJourney('reading on happens by itself, and only rows in sight are in the document', async (scene) => {
  const { page, anna } = scene;
  const numbers = Array.from({ length: 1300 }, (_, n) => ({ tracking_number: `LONG-${n}` }));
  for (const part of [numbers.slice(0, 650), numbers.slice(650)])
    await anna.owner('POST', '/updates', { body: { updates: part } });
  await signIn(page, anna.owner.key, '/shipments');
  await page.getByRole('link', { name: 'LONG-1299' }).waitFor();
  const rows = page.getByRole('list', { name: 'Shipments' }).getByRole('listitem');
  while (!(await page.getByText('1,300 shipments').isVisible())) {
    await page.keyboard.press('End');
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assert.ok((await rows.count()) < 60);
  }
  await page.keyboard.press('End');
  await page.getByRole('link', { name: /LONG-0\b/ }).waitFor();
  await page.getByRole('button', { name: 'Back to the newest' }).click();
  await page.getByRole('link', { name: 'LONG-1299' }).waitFor();
});

furtherJourney('who may only read is shown no way to change anything', async ({ page, anna }) => {
  const { json } = await anna.owner('POST', '/trackings', { body: { tracking_number: 'READ-1' } });
  await signIn(page, anna['read-only'].key, '/shipments');
  await page.getByRole('link', { name: /READ-1/ }).click();
  await page.getByRole('heading', { name: 'READ-1', level: 1 }).waitFor();
  await page.getByText(json.id).waitFor();
  const main = page.getByRole('main');
  assert.deepEqual(await main.getByRole('button').allTextContents(), ['Copy the address']);
  await page.goBack();
  await page.getByRole('link', { name: /READ-1/ }).waitFor();
  assert.equal(await main.getByRole('checkbox').count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Add shipments' }).count(), 0);
  await page.evaluate(() => history.pushState(null, '', '/shipments/new'));
  await page.getByRole('heading', { name: 'You may look, and not change' }).waitFor();
  assert.equal(await main.getByRole('button').count(), 0);
});

furtherJourney(
  'a call that is put off is sent again under its key, and whoever leaves or stops is told what was not sent',
  async ({ page, anna }) => {
    await signIn(page, anna.owner.key, '/shipments/new?by=file');
    const keys: (string | undefined)[] = [];
    let release = () => {};
    await page.route('**/api/v1/updates', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length === 1) return route.fulfill({ status: 503, headers: { 'retry-after': '1' }, json: {} });
      if (keys.length === 3) await new Promise<void>((resolve) => (release = resolve));
      return route.continue();
    });
    const text = Array.from({ length: 2500 }, (_, n) => `PUTOFF-${n + 10_000}`).join('\n');
    const file = { name: 'numbers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.locator('input[type=file]').setInputFiles(file);
    assert.equal(await page.getByLabel('The first row has the names').isChecked(), false);
    await page.getByRole('button', { name: 'Add 2,500 shipments' }).click();
    await page.getByText('1,000 of 2,500 rows').waitFor();
    await assertAccessible(page);
    assert.equal(keys[0], keys[1]);
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('1,000 of 2,500 rows').waitFor();
    assert.deepEqual(asked, ['Not all rows were sent yet. Leave and stop here?']);
    await page.getByRole('button', { name: 'Stop here' }).click();
    release();
    const outcomes = page.getByRole('group', { name: 'Which rows' });
    await outcomes.getByRole('button', { name: 'Created 2,000' }).waitFor();
    await outcomes.getByRole('button', { name: 'Not sent 500' }).waitFor();
    assert.equal(new Set(keys).size, 2);
  },
);
