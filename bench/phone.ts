/**
 * How soon the console can be used on a slow phone: `npm run bench -- phone [RATE]` opens it in a Chromium of this machine over 1.6
 * Mbit/s with 150 ms each way and back, the CPU slowed down RATE times (4), as Lighthouse's profile of a mobile has it. A
 * page counts from the moment when it is asked for until it shows its heading and takes what is typed or clicked. The floor is a page
 * that is a heading and a field, and nothing else.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { withBrowser } from '../test/console/browser.ts';
import { testConfig, withServer } from '../test/support/server.ts';
import { openTable } from './record.ts';

const password = 'correct horse battery';
const rounds = 7;
const rate = Number(process.argv.find((word) => /^\d+(\.\d+)?$/.test(word)) ?? 4);
const phone = { width: 390, height: 844 };

const table = await openTable({
  what: 'phone',
  note: `Milliseconds until a page can be used, of ${rounds} each; 1.6 Mbit/s, 150 ms, CPU ${rate} times slower.`,
  columns: ['page', 'p50', 'slowest', 'KiB from the wire', 'requests'],
  keep: process.argv.includes('--keep'),
});

await withServer(
  async ({ url }) => {
    const floor = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Floor</h1><input>'),
    ).listen(0, '127.0.0.1');
    await once(floor, 'listening');
    const { port } = floor.address() as AddressInfo;
    await measure('floor', `http://127.0.0.1:${port}/`, async () => {}, typed);
    await measure('sign-in, nothing kept', `${url}/sign-in`, async () => {}, typed);
    await measure('overview after signing in', `${url}/`, signIn(url), clicked);
    await measure(
      'overview, signed in, nothing kept',
      `${url}/`,
      async (page) => {
        await signIn(url)(page);
        const session = await page.context().newCDPSession(page);
        await session.send('Network.clearBrowserCache');
      },
      clicked,
    );
    floor.close();
  },
  {},
  { first: { ...testConfig.first, password } },
);
table.end();

async function measure(
  name: string,
  address: string,
  before: (page: Page) => Promise<void>,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const times: number[] = [];
  let taken = { bytes: 0, requests: 0 };
  for (let round = 0; round < rounds; round++) {
    await withBrowser(
      new URL(address).origin,
      async ({ page }) => {
        await before(page);
        const session = await page.context().newCDPSession(page);
        await session.send('Network.enable');
        const throughput = { downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
        await session.send('Network.emulateNetworkConditions', {
          offline: false,
          latency: 150,
          ...throughput,
        });
        await session.send('Emulation.setCPUThrottlingRate', { rate });
        const seen = { bytes: 0, requests: 0 };
        session.on('Network.responseReceived', ({ response }) => {
          if (!response.fromDiskCache) seen.requests++;
        });
        session.on('Network.loadingFinished', ({ encodedDataLength }) => {
          seen.bytes += encodedDataLength;
        });
        const begun = performance.now();
        await page.goto(address, { waitUntil: 'commit' });
        await page.getByRole('heading', { level: 1 }).waitFor();
        await use(page);
        times.push(performance.now() - begun);
        taken = { ...seen };
      },
      { viewport: phone },
    );
  }
  times.sort((a, b) => a - b);
  const cells = [times[Math.floor(times.length / 2)], times.at(-1), taken.bytes / 1024];
  table.line([name, ...cells.map((cell) => Math.round(cell ?? 0)), taken.requests]);
}

async function typed(page: Page): Promise<void> {
  await page.locator('input').first().fill('anna@shop.example');
}

async function clicked(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('link', { name: 'Webhooks' }).waitFor();
}

function signIn(url: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.goto(`${url}/sign-in`);
    await page.getByLabel('Email').fill(testConfig.first.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  };
}
