/** How the console is served: its page to browsers under every address that is nobody else's, its files for good. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import Fastify from 'fastify';
import { consoleAssets, consolePages } from '../../src/http/console.ts';
import type { Api } from '../../src/http/route.ts';
import { root } from '../support/projectFiles.ts';
import { withServer } from '../support/server.ts';

const html = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

test('every address of the console gives its page, which is kept by nobody', () =>
  withServer(async ({ nobody: call }) => {
    for (const address of [
      '/',
      '/webhooks',
      '/webhooks/wh_1/edit',
      '/deliveries?state=parked',
      '/inbox',
      '/x',
    ]) {
      const { status, headers, text } = await call('GET', `/${address}`, html);
      assert.match(headers.get('content-type') ?? '', /text\/html/, address);
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      const isBuilt = existsSync(path.join(root, 'console/dist/index.html'));
      assert.equal(status, isBuilt ? 200 : 503);
      assert.match(text, isBuilt ? /<div id="root">/ : /The console is not built/);
    }
  }));

test('its policy lets in scripts and requests of this server alone, and no frame around it', () =>
  withServer(async ({ nobody: call }) => {
    const { headers } = await call('GET', '//', html);
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split('; ').map((one) => one.split(/ (.*)/)),
    );
    assert.equal(policy['default-src'], "'self'");
    assert.equal(policy['script-src'], "'self'");
    assert.equal(policy['connect-src'], "'self'");
    assert.equal(policy['frame-ancestors'], "'none'");
  }));

test('the paths of machines stay as they are, also for browsers', () =>
  withServer(async ({ nobody: call, inbox, anna }) => {
    for (const address of [
      '/api/v1/nothing',
      '/v2/nothing',
      '/v4/nothing',
      '/inbox/nobody',
      '/assets/none.js',
      '/track',
    ]) {
      const { headers } = await call('GET', `/${address}`, html);
      assert.match(headers.get('content-type') ?? '', /json/, address);
    }
    assert.equal((await call('GET', '//healthz', html)).json.status, 'ok');
    assert.match((await call('GET', '//api', html)).text, /swagger/i);
    const page = await call('GET', `//inbox/${await inbox.tokenOf(anna.account.id)}`, html);
    assert.match(page.text, /<h1>Inbox<\/h1>/);
  }));

test('whoever asks for no page is told that there is none', () =>
  withServer(async ({ nobody: call }) => {
    const json = await call('GET', '//webhooks', { headers: { accept: 'application/json' } });
    assert.deepEqual([json.status, json.json.code], [404, 'route_not_found']);
    const posted = await call('POST', '//webhooks', html);
    assert.deepEqual([posted.status, posted.json.code], [404, 'route_not_found']);
  }));

test('files are sent compressed as they were built, and are kept for good', async (t) => {
  const { ask, folder } = await openServer(t);
  await writeFile(path.join(folder, 'assets/a-1.js'), 'plain');
  await writeFile(path.join(folder, 'assets/a-1.js.br'), brotliCompressSync('plain'));
  const compressed = await ask('/assets/a-1.js', 'br, gzip');
  assert.equal(compressed.headers['content-encoding'], 'br');
  assert.match(String(compressed.headers['cache-control']), /max-age=31536000, immutable/);
  assert.match(String(compressed.headers['content-type']), /javascript/);
  assert.match(String(compressed.headers.vary), /accept-encoding/i);
  const plain = await ask('/assets/a-1.js', 'identity');
  assert.deepEqual([plain.headers['content-encoding'], plain.body], [undefined, 'plain']);
  for (const outside of ['/assets/%2e%2e/secret', '/assets/..%2fsecret', '/assets//../secret']) {
    assert.notEqual((await ask(outside, 'identity')).body, 'secret', outside);
  }
});

test('a console that is built while the server runs is there at once, and until then the page says how', async (t) => {
  const { ask, folder } = await openServer(t);
  const before = await ask('/', 'identity');
  assert.equal(before.statusCode, 503);
  assert.match(before.body, /node scripts\/run\.mjs setup/);
  await writeFile(path.join(folder, 'index.html'), 'built');
  const after = await ask('/', 'identity');
  assert.deepEqual([after.statusCode, after.body], [200, 'built']);
});

async function openServer(t: TestContext) {
  const base = await mkdtemp(path.join(tmpdir(), 'waybell-console-'));
  const folder = path.join(base, 'dist');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret'), 'secret');
  const server = Fastify() as unknown as Api;
  t.after(async () => {
    await server.close();
    await rm(base, { recursive: true, force: true });
  });
  consolePages(server, folder);
  await consoleAssets(server, folder);
  const ask = (url: string, encoding: string) =>
    server.inject({ method: 'GET', url, headers: { ...html.headers, 'accept-encoding': encoding } });
  return { ask, folder };
}
