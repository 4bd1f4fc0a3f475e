/** A journey through the console: a real server, a real browser, and nothing that the browser complains of at the end. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Caller, type TestServer, testConfig, withServer } from '../support/server.ts';
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

/** Reports for each of them that it was posted, which makes it a shipment in transit. */
export async function report(caller: Caller, ...numbers: readonly string[]): Promise<void> {
  const checkpoints = [{ time: '2026-03-02T10:00:00Z', description: 'Posted', status: 'transit' }];
  const updates = numbers.map((tracking_number) => ({ tracking_number, checkpoints }));
  await caller('POST', '/updates', { body: { updates } });
}

/** Fills in the server's page, to which whoever is not signed in is led. */
export async function signInWithPassword(page: Page, said: string = password): Promise<void> {
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(said);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Goes to a place of the navigation. */
export async function go(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { name: place, level: 1 }).waitFor();
}
