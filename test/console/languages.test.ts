/** The console in languages other than English: chosen from its list, kept, and read from the side that one reads from. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Language, languageNames } from '../../console/src/i18n/languages.ts';
import { root } from '../support/projectFiles.ts';
import { flat, type Texts } from '../support/texts.ts';
import { assertAccessible, assertFits } from './browser.ts';
import { email, journey, password } from './journey.ts';

/** The text that is the heading of each. */
const pages = {
  '/': 'overview.title',
  '/shipments': 'shipments.title',
  '/webhooks': 'webhooks.title',
  '/format/v2': 'format.title',
  '/deliveries': 'deliveries.title',
  '/inbox': 'inbox.title',
  '/settings/notices': 'settings.title',
};

journey('every page speaks Korean, and Arabic from the right', async ({ page, anna }) => {
  await anna.owner('POST', '/trackings', { body: { tracking_number: 'TOLD-1', title: 'Lamp' } });
  await page.goto('/');
  const [first, ko, ar] = [textsOf('ko', 'src/texts'), textsOf('ko'), textsOf('ar')];
  await page.getByRole('link', { name: languageNames.ko }).click();
  await page.getByLabel(first('signIn.email')).fill(email);
  await page.getByLabel(first('signIn.password')).fill('not this one');
  await page.getByRole('button', { name: first('signIn.submit'), exact: true }).click();
  await page.getByRole('alert').getByText(first('signIn.refused')).waitFor();
  await assertAccessible(page);
  await page.getByLabel(first('signIn.password')).fill(password);
  await page.getByRole('button', { name: first('signIn.submit'), exact: true }).click();
  await page.getByRole('navigation', { name: ko('shell.navigation') }).waitFor();
  for (const [language, say, direction] of [['ko', ko, 'ltr'] as const, ['ar', ar, 'rtl'] as const]) {
    await page.getByRole('banner').getByRole('combobox').selectOption(languageNames[language]);
    await page.locator(`html[lang=${language}][dir=${direction}]`).waitFor();
    await page.setViewportSize({ width: language === 'ar' ? 390 : 1280, height: 844 });
    for (const [address, title] of Object.entries(pages)) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1, name: say(title) }).waitFor();
      await assertFits(page, `${address} in ${language}`);
    }
    await assertAccessible(page);
  }
  const { member } = (await page.evaluate(() =>
    fetch('/api/v1/session').then((answer) => answer.json()),
  )) as {
    member: { language: string };
  };
  assert.equal(member.language, 'ar', 'The member keeps it, in whatever browser.');
});

function textsOf(language: Language, folder = 'console/src/i18n'): (key: string) => string {
  const texts = flat(JSON.parse(readFileSync(path.join(root, folder, `${language}.json`), 'utf8')) as Texts);
  return (key) => {
    const text = texts.get(key);
    assert.ok(text !== undefined, key);
    return text;
  };
}
