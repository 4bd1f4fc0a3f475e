/**
 * The console: files that were built beforehand, sent as they are. Its pages have addresses of their own, which only the
 * application knows, so a browser that asks for a page under no other route gets `index.html`; whoever wants anything but
 * HTML is refused as ever. It is told by no store and no account: what it shows it asks of `/api/v1`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './route.ts';

/** Paths below these belong to machines: nothing under them is a page of the console. */
const notPages = /^\/(api|v[234]|inbound|track|healthz|readyz|metrics|assets)(\/|$)|^\/inbox\//;

/**
 * Scripts, styles and requests are of this server alone. Styles may stand in the page too: Mantine writes its colours into a
 * `<style>` element as it starts, and a page that is the same for everybody has no nonce that would be worth anything.
 */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Before what refuses unknown paths is registered.
 * @param folder what was built; where it is not there, a page says how it gets there
 */
export function consolePages(server: Api, folder: string): void {
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404 && isForPage(request)) return sendPage(reply, folder);
  });
}

export async function consoleAssets(server: Api, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: path.join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    // Their names change with what is in them.
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    decorateReply: false,
    // Not built: the page says so.
    suppressWarning: true,
  });
}

function isForPage({ method, url, headers }: FastifyRequest): boolean {
  const wantsPage = headers.accept?.includes('text/html') ?? false;
  return method === 'GET' && wantsPage && !notPages.test(url.split('?', 1)[0] as string);
}

async function sendPage(reply: FastifyReply, folder: string): Promise<FastifyReply> {
  const page = await readPage(folder);
  return reply
    .code(page === null ? 503 : 200)
    .header('content-security-policy', policy)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page ?? notBuilt);
}

/** The scripts and styles that every page of the console begins with; none where it is not built. */
export async function consoleFiles(folder: string): Promise<readonly string[]> {
  const page = (await readPage(folder)) ?? '';
  return Array.from(
    page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g),
    ([, file]) => file as string,
  );
}

/** Read each time: a build may come while the server runs. */
async function readPage(folder: string): Promise<string | null> {
  try {
    return await readFile(path.join(folder, 'index.html'), 'utf8');
  } catch {
    return null;
  }
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Waybell</title><style>body{font:16px/1.6 system-ui;margin:3rem auto;max-width:40rem;padding:0 1rem;color-scheme:light dark}</style>
<h1>The console is not built</h1>
<p>The server runs, and so do <a href="/api">the API</a> and the command line. The console is built once, and that needs the
network: run <code>node scripts/run.mjs setup</code> in Waybell's folder, then load this page anew.</p></html>`;
