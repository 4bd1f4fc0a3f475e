/** The parts of the settings that an owner alone sees: how customers see the account, mail, couriers, and what data stays. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, signIn } from './browser.ts';
import { furtherJourney, signInWithPassword } from './journey.ts';

furtherJourney(
  'an owner sets the tracking page, mail, a courier and how long data stays, and has a person forgotten',
  async ({ page, anna }) => {
    // What fades in has not the colours that it will have.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const said = { tracking_number: 'TEAPOT-1', courier_code: 'dhl', customer_email: 'ada@shop.example' };
    const { json: parcel } = await anna.owner('POST', '/trackings', { body: said });
    const other = { ...said, tracking_number: 'TEAPOT-2', customer_email: 'bea@shop.example' };
    await anna.owner('POST', '/trackings', { body: other });
    await page.goto('/settings/tracking-page');
    await signInWithPassword(page);

    await page.getByLabel('Your name').fill('Teapots & Co');
    await page.getByLabel('Your website').fill('ftp://shop.example');
    await save(page);
    await page.locator('[aria-invalid=true]').waitFor();
    await page.getByLabel('Your website').fill('https://shop.example');
    await page.getByRole('group', { name: 'What the page tells' }).getByLabel('Title').check();
    await saved(page);
    await assertAccessible(page);
    assert.equal(await page.title(), 'Tracking page · Settings · Waybell');
    await page.getByLabel('Your name').fill('Teapots');
    await page.getByText('Saved.').waitFor({ state: 'detached' });
    const { settings } = (await anna.owner('GET', '/account')).json;
    assert.equal(settings.name, 'Teapots & Co');
    assert.equal(settings.track_page.shows.title, true);

    await part(page, 'Notices');
    await page.getByLabel('A webhook is failing').check();
    await page.getByRole('group', { name: 'Parcels that become' }).getByLabel('Exception').check();
    await saved(page);
    await page.getByLabel('Write to customers').check();
    await page.getByLabel('Their answers go to').fill('help@shop.example');
    await page
      .getByRole('region', { name: 'Mail to customers' })
      .getByRole('button', { name: 'Save' })
      .click();
    await page.getByText('Saved.').nth(1).waitFor();
    await assertAccessible(page);
    await page.reload();
    assert.ok(await page.getByLabel('A webhook is failing').isChecked());
    assert.equal(await page.getByLabel('Their answers go to').inputValue(), 'help@shop.example');

    await part(page, 'Couriers');
    await page.getByLabel(/^Sandbox key/).fill('a key of the sandbox');
    await saved(page);
    await page.getByText('Set', { exact: true }).waitFor();
    assert.equal(await page.getByLabel(/^Sandbox key/).inputValue(), '', 'It is never shown again.');
    await assertAccessible(page);
    await confirm(page, 'Remove');
    await page.getByText('Nothing is set yet.').waitFor();

    await part(page, 'Data');
    await page.getByLabel('Deliveries that are settled').fill('30');
    await saved(page);
    await page.getByLabel('Email', { exact: true }).fill('ada@shop.example');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('1 shipment is theirs.').waitFor();
    await page.getByRole('link', { name: 'TEAPOT-1' }).waitFor();
    await assertAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download all of it' }).click();
    assert.equal((await download).suggestedFilename(), 'person.json');
    await confirm(page, 'Erase');
    await page.getByText('Erased from 1 shipment.').waitFor();
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Nothing is kept of them.').waitFor();
    assert.equal((await anna.owner('GET', `/trackings/${parcel.id}`)).json.customer_email, null);
    const { json: left } = await anna.owner('GET', '/trackings?search=TEAPOT-2');
    assert.equal(left.data[0].customer_email, 'bea@shop.example', 'Nobody else is forgotten.');
  },
);

furtherJourney(
  'who is no owner is told so where only owners look, and an address that leads nowhere keeps the way back',
  async ({ page, anna }) => {
    await signIn(page, anna.member.key, '/settings/tracking-page');
    for (const place of ['tracking-page', 'couriers', 'data', 'members', 'keys', 'audit']) {
      await page.evaluate((to) => history.pushState(null, '', to), `/settings/${place}`);
      await page.getByRole('heading', { name: 'This is for owners' }).waitFor();
      assert.equal(await page.getByRole('main').getByRole('button').count(), 0, place);
    }
    await page.evaluate(() => history.pushState(null, '', '/settings/nowhere'));
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    assert.ok(await page.getByRole('navigation', { name: 'Main' }).isVisible());
    await assertAccessible(page);
    await page.evaluate(() => history.pushState(null, '', '/webhooks/wh_none'));
    await page.getByRole('alert').waitFor();
    assert.equal(
      await page.getByRole('main').getByRole('button').count(),
      0,
      'There is nothing to try again.',
    );
  },
);

furtherJourney(
  'a page that cannot be loaded says so, and is there once the server can be reached again',
  async ({ page, anna, url, complaints }) => {
    await signIn(page, anna.owner.key);
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Format' }).click();
    await page.getByText('The server does not answer.', { exact: false }).first().waitFor();
    assert.ok(page.url().startsWith(url));
    await page.context().setOffline(false);
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Format', level: 1 }).waitFor();
    // React names the error that was shown.
    const named = (complaints as string[]).splice(0);
    assert.ok(named.every((complaint) => complaint.includes('The server does not answer.')));
  },
);

async function part(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Parts of the settings' }).getByText(name).click();
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).first().click();
}

async function saved(page: Page): Promise<void> {
  await save(page);
  await page.getByText('Saved.').first().waitFor();
}

/** Does what asks for a second yes. */
async function confirm(page: Page, what: string): Promise<void> {
  await page.getByRole('button', { name: what, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await assertAccessible(page);
  await dialog.getByRole('button', { name: what, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}
