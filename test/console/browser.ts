/** A Chromium of the system, driven by Playwright, over a server with its built console. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { none } from '../support/none.ts';
import { root } from '../support/projectFiles.ts';

const places = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = process.env.WAYBELL_TEST_CHROMIUM ?? places.find((place) => existsSync(place));

/** Why nothing can be tried here, to be said by the test that is skipped; false where it can. */
export const noBrowser: string | false =
  executablePath === undefined
    ? 'There is no Chromium on this machine; install it, or name one in WAYBELL_TEST_CHROMIUM.'
    : !existsSync(path.join(root, 'console/dist/index.html')) &&
      'The console is not built: `node scripts/run.mjs setup` builds it.';

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/** Only ends a wait that would never end, as `until` does. */
const waitMs = 60_000;

export interface Browser {
  readonly page: Page;
  /** What the browser complained of: exceptions, refused by the policy of the page, missing files. */
  readonly complaints: readonly string[];
  /** Of all that was asked for, what went elsewhere than to the server. */
  readonly foreign: readonly string[];
}

export async function withBrowser(
  url: string,
  run: (browser: Browser) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const profile = await mkdtemp(path.join(tmpdir(), 'waybell-browser-'));
  let context: BrowserContext | null = null;
  try {
    context = await chromium.launchPersistentContext(profile, {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: flags,
      headless: true,
      locale: 'en-GB',
      baseURL: url,
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(waitMs);
    const page = context.pages()[0] ?? (await context.newPage());
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // That a request was refused is the server's to say, and the page's to show.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(data:|blob:)/.test(request.url()) && !request.url().startsWith(url))
        foreign.push(request.url());
    });
    await run({ page, complaints, foreign });
  } finally {
    await context?.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** Signs in with an API key, and comes to the address that was wanted. */
export async function signIn(page: Page, key: string, address = '/'): Promise<void> {
  await page.goto(`/sign-in/key?${new URLSearchParams({ to: address })}`);
  await page.getByLabel('API key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** The page is no wider than its window. @param what of it stands there, for the failure to say */
export async function assertFits(page: Page, what: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px too wide.`);
}

/** Nothing on the page that is a serious or critical hindrance by the rules of axe. */
export async function assertAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  none(
    grave.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} at ${page.url()}: ${html}\n${failureSummary}`),
    ),
    'Mend the page, or its colours in console/src/shell/theme.ts.',
  );
}
