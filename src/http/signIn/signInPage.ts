/**
 * The page where a member signs in, as HTML without a script: it is what most people see first, on whatever phone, and what
 * everybody can reach. It looks like the console, which the browser fetches meanwhile.
 */
import { createHash } from 'node:crypto';
import { directionOf, type Language } from '../../domain/language.ts';
import { Html, html } from '../../texts/html.ts';
import { textsIn } from '../../texts/texts.ts';
import { languageLinks } from '../languageLinks.ts';

export interface SignInView {
  readonly language: Language;
  /** Where to go then: an address of this server. */
  readonly to: string;
  readonly email: string;
  /** Why it did not work, as a text of its own; null: it was not tried. */
  readonly problem: string | null;
  /** Scripts and styles of the console. */
  readonly assets: readonly string[];
}

export function signInPage({ language, to, email, problem, assets }: SignInView): string {
  const say = textsIn(language);
  const query: Record<string, string> = to === '/' ? {} : { to };
  const withKey = to === '/' ? '/sign-in/key' : `/sign-in/key?${new URLSearchParams(query)}`;
  // Where it was refused, the email stands there already.
  const [atEmail, atPassword] = email === '' ? [html` autofocus`, null] : [null, html` autofocus`];
  return html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${say('signIn.title')} · Waybell</title>
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">${assets.map(prefetch)}
<style>${Html.written(css)}</style></head>
<body>
<main>
<p class="mark">${mark} Waybell</p>
<form class="card" method="post" action="/sign-in">
<h1>${say('signIn.title')}</h1>
${problem === null ? null : html`<p class="problem" role="alert">${problem}</p>`}
<label for="email">${say('signIn.email')}</label>
<input id="email" name="email" type="email" value="${email}" autocomplete="username" required${atEmail}>
<label for="password">${say('signIn.password')}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${atPassword}>
<input type="hidden" name="to" value="${to}">
<button>${say('signIn.submit')}</button>
<p class="other"><a href="${withKey}">${say('signIn.withKey')}</a></p>
</form>
<p class="about">${say('signIn.about')}</p>
</main>
<footer>${languageLinks(language, { label: say('signIn.language'), query })}</footer>
</body></html>
`.text;
}

/** What the browser will need next, while people type. */
function prefetch(address: string): Html {
  return html`<link rel="prefetch" as="${address.endsWith('.css') ? 'style' : 'script'}" href="${address}" crossorigin>`;
}

const mark = html`<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#3b5bdb"/><path d="M16 6.5a6.5 6.5 0 0 0-6.5 6.5v4.2L7.4 21h17.2l-2.1-3.8V13A6.5 6.5 0 0 0 16 6.5zM13.2 23a2.8 2.8 0 0 0 5.6 0z" fill="#fff"/></svg>`;

/** The colours of `console/src/shell/theme.ts`. */
const css = `
:root{color-scheme:light dark;--page:#f8f9fa;--card:#fff;--text:#000;--muted:#495057;--line:#ced4da;--accent:#3b5bdb;--problem:#c92a2a}
@media(prefers-color-scheme:dark){:root{--page:#1f1f1f;--card:#2e2e2e;--text:#c9c9c9;--muted:#b8b8b8;--line:#696969;--accent:#91a7ff;--problem:#ff8787}}
*{box-sizing:border-box;margin:0}
body{background:var(--page);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK KR","Noto Sans Arabic",sans-serif;overflow-wrap:anywhere}
main,footer{max-inline-size:26.25rem;margin-inline:auto;padding:2rem 1rem 1rem}
@media(min-width:48em){main{padding-block-start:5rem}}
.mark{display:flex;align-items:center;gap:.625rem;font-size:1.125rem;font-weight:700;margin-block-end:1.25rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1.25rem;display:grid}
h1{font-size:1.375rem;line-height:1.4;font-weight:650;margin-block-end:1rem}
label{font-size:.875rem;font-weight:500;margin-block-end:.375rem}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;min-block-size:2.5rem;padding-inline:.75rem;margin-block-end:1rem;inline-size:100%}
button{font:inherit;font-weight:600;color:#fff;background:#3b5bdb;border:0;border-radius:8px;min-block-size:2.5rem;cursor:pointer}
button:hover{background:#364fc7}
input:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.problem{color:var(--problem);border:1px solid currentColor;border-radius:8px;padding:.5rem .75rem;margin-block-end:1rem}
.other{text-align:center;margin-block-start:1rem}
.other,.about,footer{font-size:.875rem}
.about{color:var(--muted);margin-block-start:1.25rem}
a{color:var(--accent)}
footer{padding-block:0 2rem}
ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}
li>*{display:inline-block;padding-block:.25rem}
`;

/** As a policy names it. */
export const signInStyle = `'sha256-${createHash('sha256').update(css).digest('base64')}'`;
