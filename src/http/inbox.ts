/**
 * `/inbox/{token}`: the built-in receiver. POST takes a webhook, GET shows what came: JSON, or a page for a browser. The
 * token is the only key, as in every webhook URL, so the page tells search engines and other sites nothing.
 */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../domain/error.ts';
import type { InboxMessage } from '../domain/inbox.ts';
import { limits } from '../domain/limits.ts';
import type { Inbox } from '../inbox/inbox.ts';

const shownMax = 50;
const shownCharsMax = 32 * 1024;

export function inboxRoutes(server: FastifyInstance, inbox: Inbox): void {
  server.register(async (instance) => {
    // Whatever a sender calls its body, it is kept as the text that came: signatures cover bytes.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: limits.bodyBytesMax },
      (_request, body, done) => done(null, body),
    );

    instance.post<{ Params: { token: string } }>(
      '/inbox/:token',
      { schema: { hide: true } },
      async (request, reply) => {
        const headers = flat(request.headers);
        const message = await inbox.receive(request.params.token, {
          headers,
          body: (request.body as string | null) ?? '',
        });
        if (message === null) throw new AppError('inbox_not_found');
        return reply
          .header('waybell-verified', message.verified ? 'yes' : 'no')
          .header('content-type', 'text/plain; charset=utf-8')
          .send('200');
      },
    );

    instance.get<{ Params: { token: string } }>(
      '/inbox/:token',
      { schema: { hide: true } },
      async (request, reply) => {
        const owner = await inbox.ownerOf(request.params.token);
        if (owner === null) throw new AppError('inbox_not_found');
        const { items } = await inbox.messages(owner, { after: null, limit: shownMax });
        reply
          .header('referrer-policy', 'no-referrer')
          .header('x-robots-tag', 'noindex')
          .header('cache-control', 'no-store');
        if (!request.headers.accept?.includes('text/html'))
          return reply.send({ data: items.map(messageJson) });
        return reply
          .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
          .header('content-type', 'text/html; charset=utf-8')
          .send(page(items));
      },
    );
  });
}

function messageJson(message: InboxMessage) {
  return {
    id: message.id,
    received_at: new Date(message.receivedAt).toISOString(),
    verified: message.verified,
    reason: message.reason,
    headers: message.headers,
    body: message.body,
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function page(messages: readonly InboxMessage[]): string {
  const rows = messages.map(
    (message) => `<details><summary>
      <time>${new Date(message.receivedAt).toISOString()}</time>
      <b class="${message.verified ? 'good' : 'bad'}">${message.verified ? 'verified' : `not verified: ${escaped(message.reason ?? '')}`}</b>
      ${escaped(summaryOf(message.body))}</summary>
      <pre>${escaped(
        Object.entries(message.headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
      )}</pre><pre>${escaped(pretty(message.body))}</pre></details>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Waybell inbox</title>
<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}
summary{cursor:pointer;padding:.4rem 0}pre{overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}.good{color:#18794e}.bad{color:#c62828}</style>
<h1>Inbox</h1><p>What arrived at this address, newest first; the page renews itself.</p>
${rows.join('\n') || '<p>Nothing has arrived yet.</p>'}</html>`;
}

function summaryOf(body: string): string {
  try {
    const { type, data } = JSON.parse(body);
    return `${data.tracking_number ?? ''} ${data.status ?? data.delivery_status ?? type ?? ''}`;
  } catch {
    return body === '' ? '(empty body)' : body.slice(0, 80);
  }
}

function pretty(body: string): string {
  // Indenting can make much more of a body than came, and a page is for looking at.
  if (body.length > shownCharsMax) return `${body.slice(0, shownCharsMax)}… (${body.length} characters)`;
  try {
    return JSON.stringify(JSON.parse(body), null, 2).slice(0, 4 * shownCharsMax);
  } catch {
    return body;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
