/**
 * `/inbox/{token}`: the built-in receiver. POST takes a webhook, GET shows what came: JSON, or a page for a browser. The
 * token is the only key, as in every webhook URL, so the page tells search engines and other sites nothing.
 */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../domain/error.ts';
import type { InboxMessage } from '../domain/inbox.ts';
import { limits } from '../domain/limits.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { inboxPage } from './inboxPage.ts';

const shownMax = 50;

export function inboxRoutes(server: FastifyInstance, inbox: Inbox): void {
  server.register(async (instance) => {
    // Whatever a sender calls its body, it is kept as the text that came: signatures cover bytes.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: limits.webhookBodyBytesMax },
      (_request, body, done) => done(null, body),
    );

    instance.post<{ Params: { token: string } }>(
      '/inbox/:token',
      {
        schema: { hide: true },
        // Whoever has no token sends no body.
        async onRequest(request) {
          if ((await inbox.ownerOf(request.params.token)) === null) throw new AppError('inbox_not_found');
        },
      },
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
          .send(inboxPage(items));
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
