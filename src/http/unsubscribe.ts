/**
 * `/unsubscribe/{token}`: where the link at the end of a letter leads. Looking at it changes nothing, since scanners of mail look
 * at every link; a button on the page does, and so does the one request that a mail program makes by itself (RFC 8058), whatever
 * its body. No script, no cookie: the token is all there is to it, and it opens nothing else.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { brandColorDefault, brandColors } from '../domain/brandColors.ts';
import { directionOf, type Language } from '../domain/language.ts';
import { limits } from '../domain/limits.ts';
import type { Unsubscribing } from '../mail/unsubscribing.ts';
import { StoreUnavailable } from '../store/store.ts';
import { chooseLanguage } from '../texts/chooseLanguage.ts';
import { html } from '../texts/html.ts';
import { textsIn } from '../texts/texts.ts';

interface Page {
  readonly language: Language;
  readonly status: number;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Of the button that ends the letters; null: there is none. */
  readonly button: string | null;
}

type Params = { token: string };

export function unsubscribeRoutes(server: FastifyInstance, unsubscribing: Unsubscribing): void {
  server.register(async (instance) => {
    // A form, or nothing, or whatever a mail program sends: nothing of it is read.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: limits.bodyBytesMax },
      (_request, _body, done) => done(null, null),
    );

    instance.get<{ Params: Params }>('/unsubscribe/:token', { schema: { hide: true } }, (request, reply) =>
      shown(reply, request.headers['accept-language'], async (language) =>
        asked(await unsubscribing.readToken(request.params.token), language),
      ),
    );

    instance.post<{ Params: Params }>('/unsubscribe/:token', { schema: { hide: true } }, (request, reply) =>
      shown(reply, request.headers['accept-language'], async (language) => {
        const { token } = request.params;
        const known = await unsubscribing.readToken(token);
        return (await unsubscribing.unsubscribe(token)) ? done(known, language) : asked(null, language);
      }),
    );
  });
}

type Known = Awaited<ReturnType<Unsubscribing['readToken']>>;
type LanguageOf = (wanted: string | null) => Language;

async function shown(
  reply: FastifyReply,
  accepted: string | undefined,
  make: (language: LanguageOf) => Promise<Page>,
): Promise<FastifyReply> {
  const language: LanguageOf = (wanted) => chooseLanguage(wanted, accepted ?? null);
  const page = await make(language).catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return away(language(null));
    throw error;
  });
  return reply
    .code(page.status)
    .headers({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'cache-control': 'no-store',
    })
    .send(pageHtml(page));
}

function asked(known: Known, languageOf: LanguageOf): Page {
  if (known === null) {
    const language = languageOf(null);
    const say = textsIn(language);
    const title = say('mail.unsubscribing.none');
    return { language, status: 404, title, paragraphs: [say('mail.unsubscribing.noneAbout')], button: null };
  }
  const { title, language, say } = headOf(known, languageOf);
  const { name: merchant } = known.account.settings;
  const question =
    known.reader.of === 'member'
      ? say('mail.unsubscribing.askMember')
      : merchant === null
        ? say('mail.unsubscribing.askRecipient')
        : say('mail.unsubscribing.askRecipientOf', { merchant });
  return { language, status: 200, title, paragraphs: [question], button: say('mail.unsubscribing.button') };
}

function done(known: Known, languageOf: LanguageOf): Page {
  if (known === null) return asked(known, languageOf);
  const { title, language, say } = headOf(known, languageOf);
  const back = known.reader.of === 'member' ? [say('mail.unsubscribing.memberBack')] : [];
  return {
    ...{ language, status: 200, title, button: null },
    paragraphs: [say('mail.unsubscribing.done'), say('mail.unsubscribing.doneAbout'), ...back],
  };
}

function away(language: Language): Page {
  const say = textsIn(language);
  const title = say('mail.unsubscribing.away');
  return { language, status: 503, title, paragraphs: [say('mail.unsubscribing.awayAbout')], button: null };
}

function headOf({ reader, account, language: wanted }: NonNullable<Known>, languageOf: LanguageOf) {
  const language = languageOf(wanted);
  const say = textsIn(language);
  const { name: merchant } = account.settings;
  const isNamed = reader.of === 'recipient' && merchant !== null;
  const title = isNamed ? say('mail.unsubscribing.titleOf', { merchant }) : say('mail.unsubscribing.title');
  return { title, language, say };
}

function pageHtml({ language, title, paragraphs, button }: Page): string {
  const { brand, onBrand } = brandColors(brandColorDefault);
  return html`<!doctype html><html lang="${language}" dir="${directionOf(language)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:34rem;padding:3rem 1rem}h1{font-size:1.4rem;line-height:1.3}button{font:inherit;font-weight:600;padding:.6rem 1.2rem;border:0;border-radius:6px;background:${brand};color:${onBrand};cursor:pointer}button:focus-visible{outline:3px solid;outline-offset:2px}</style>
<main><h1>${title}</h1>
${paragraphs.map(
  (text) => html`<p>${text}</p>
`,
)}
${button === null ? null : html`<form method="post"><button>${button}</button></form>`}</main></html>
`.text;
}
