/** A journey through the console: a real server, a real browser, and nothing that the browser complains of at the end. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type TestServer, testConfig, withServer } from '../support/server.ts';
import { type Browser, noBrowser, withBrowser } from './browser.ts';

/** Of the first account's owner. */
export const email = testConfig.first.email;
export const password = 'correct horse battery';

export interface Scene extends TestServer, Browser {}

/** Skipped with the reason where there is no browser. */
export function journey(name: string, run: (scene: Scene, t: TestContext) => Promise<void>): void {
  test(name, { skip: noBrowser }, (t) =>
    withServer(
      (server) =>
        withBrowser(server.url, async (browser) => {
          await run({ ...server, ...browser }, t);
          assert.deepEqual(browser.complaints, [], 'The browser has nothing to complain of.');
          assert.deepEqual(browser.foreign, [], 'Nothing is asked of another server.');
        }),
      {},
      { first: { ...testConfig.first, password } },
    ),
  );
}

/** Goes to a place of the navigation. */
export async function go(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { name: place, level: 1 }).waitFor();
}
