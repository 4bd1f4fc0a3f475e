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

/** One that says little more than the others: only in a run that asks for all (`WAYBELL_TEST_WHOLE=1`). */
export const furtherJourney: typeof journey =
  process.env.WAYBELL_TEST_WHOLE === '1' ? journey : (name) => void test(name, { skip: whole });

const whole = 'Left out of the usual run: WAYBELL_TEST_WHOLE=1 asks for it.';

/** Goes to a place of the navigation. */
export async function go(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { name: place, level: 1 }).waitFor();
}
