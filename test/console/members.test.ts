/** Members in the console: the link that sets a password, signing in and out, and what a role leaves out. */
import assert from 'node:assert/strict';
import { until } from '../support/until.ts';
import { assertAccessible } from './browser.ts';
import { email, furtherJourney, go, password, signInWithPassword } from './journey.ts';

furtherJourney(
  'who follows the link of an invitation sets a password, and sees what the role lets them',
  async (scene) => {
    const { page, anna } = scene;
    await anna.owner('POST', '/webhooks', { body: { url: `${scene.url}/inbox/none` } });
    const body = { email: 'dora@shop.example', role: 'read-only' };
    const { json } = await anna.owner('POST', '/members', { body });
    await page.goto(json.link);
    await page.getByLabel('Your name').fill('Dora');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Set the password and go on' }).click();
    await page.getByText(/10 to 200 characters/).waitFor();
    await assertAccessible(page);
    assert.equal(page.url(), `${scene.url}/welcome`, 'The token is not left in the address.');
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Set the password and go on' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByText('Dora').waitFor();
    await go(page, 'Webhooks');
    await page.getByRole('link', { name: /inbox\/none/ }).click();
    await page.getByRole('heading', { name: 'Settings', level: 2 }).waitFor();
    for (const name of ['Edit', 'Delete', 'Send'])
      assert.equal(await page.getByText(name, { exact: true }).count(), 0, name);
    await page.goto(json.link);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Set the password and go on' }).click();
    await page.getByRole('alert').waitFor();
  },
);

furtherJourney(
  'a member signs in with a password, stays so when the page is loaded anew, and signs out',
  async ({ page }) => {
    await page.goto('/deliveries?state=parked');
    await signInWithPassword(page, 'not this one');
    await page.getByRole('alert').waitFor();
    await assertAccessible(page);
    await signInWithPassword(page);
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    assert.match(page.url(), /\/deliveries\?state=parked$/);
    await page.reload();
    await page.getByRole('navigation', { name: 'Main' }).getByText(email).first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto('/deliveries');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  },
);

furtherJourney('whose session ends over a form signs in elsewhere and goes on with it', async (scene) => {
  const { page, members, anna } = scene;
  await page.goto('/webhooks/new');
  await signInWithPassword(page);
  await page.getByLabel('Description').fill('For the till');
  const [member] = await members.list(anna.account.id);
  await scene.store.endSessions(anna.account.id, member?.id ?? 'mem_', 'all');
  const dialog = page.getByRole('dialog', { name: 'You are not signed in any more' });
  await page.getByLabel('URL').fill('https://shop.example/hook');
  await dialog.waitFor();
  await assertAccessible(page);
  const opened = page.waitForEvent('popup');
  await dialog.getByRole('link', { name: 'Sign in in another window' }).click();
  const other = await opened;
  await signInWithPassword(other);
  await other.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('Description').inputValue(), 'For the till');
});

furtherJourney('what was typed for one account is not there for who signs in to another', async (scene) => {
  const { page, members, anna, bela } = scene;
  await page.goto('/webhooks/new');
  await signInWithPassword(page);
  await page.getByLabel('Description').fill('For the till');
  const [member] = await members.list(anna.account.id);
  await scene.store.endSessions(anna.account.id, member?.id ?? 'mem_', 'all');
  await page.getByLabel('URL').fill('https://shop.example/hook');
  const dialog = page.getByRole('dialog', { name: 'You are not signed in any more' });
  await dialog.waitFor();
  const { json } = await bela.owner('POST', '/members', {
    body: { email: 'ben@shop.example', role: 'member' },
  });
  const other = await page.context().newPage();
  await other.goto(json.link);
  await other.getByLabel('New password').fill(password);
  await other.getByRole('button', { name: 'Set the password and go on' }).click();
  await other.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await page.getByRole('navigation', { name: 'Main' }).getByText('ben@shop.example').waitFor();
  assert.equal(await page.getByLabel('Description').inputValue(), '');
});

furtherJourney('a member changes the password and ends the other sessions', async ({ page, nobody }) => {
  await page.goto('/settings/you');
  await signInWithPassword(page);
  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText(/current password is another one/i).waitFor();
  await page.getByLabel('Current password').fill(password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('Changed.').waitFor();
  await assertAccessible(page);
  const other = await nobody('POST', '/session', { body: { email, password: 'another horse battery' } });
  const cookie = other.headers.getSetCookie()[0]?.split(';')[0] as string;
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await nobody('GET', '/session', { headers: { cookie } })).status, 401);
  await page.reload();
  await page.getByRole('heading', { name: 'Your password' }).waitFor();
});

furtherJourney(
  'an owner invites, changes a role and removes, and the audit log tells of it',
  async ({ page, anna }) => {
    await page.goto('/settings/members');
    await signInWithPassword(page);
    await page.getByLabel('Email of a new member').fill('eve@shop.example');
    await page.getByRole('button', { name: 'Invite' }).click();
    assert.match((await page.locator('[data-secret]').textContent()) ?? '', /\/welcome#/);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByLabel('Role of eve@shop.example').selectOption('Read-only');
    const roleOf = async () =>
      (await anna.owner('GET', '/members')).json.data.find(
        (one: { email: string }) => one.email === 'eve@shop.example',
      )?.role;
    await until('the role is changed', async () => (await roleOf()) === 'read-only');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Remove eve@shop.example' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove eve@shop.example' }).waitFor({ state: 'detached' });
    assert.equal(await roleOf(), undefined);
    await page.getByRole('link', { name: 'Audit log' }).click();
    const entries = page.getByRole('listitem');
    for (const done of ['Member invited', 'Member changed', 'Member removed'])
      await entries.filter({ hasText: done }).filter({ hasText: email }).waitFor();
    await assertAccessible(page);
  },
);

furtherJourney('who guesses passwords is made to wait, and told for how long', async ({ page }) => {
  await page.goto('/shipments');
  const guess = async (said: string) => {
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await signInWithPassword(page, said);
    return (await answered).status();
  };
  const statuses: number[] = [];
  // The waits grow, so that one of them is longer than it takes to guess again.
  while (!statuses.includes(429) && statuses.length < 12)
    statuses.push(await guess(`guess ${statuses.length}`));
  assert.ok(statuses.length > 5, 'Some are free.');
  assert.deepEqual([...new Set(statuses)], [401, 429]);
  await page
    .getByRole('alert')
    .getByText(/Try again in \d+ s/)
    .waitFor();
  await assertAccessible(page);
  await page.goto('/shipments');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});
