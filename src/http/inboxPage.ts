/**
 * The page of the built-in inbox: what came, newest first, for people to look at. Anybody with the address may put bodies
 * there and ask for the page, so what is made of a body is bounded by what is shown of it, before it is made.
 */
import type { InboxMessage } from '../domain/inbox.ts';
import { html } from '../texts/html.ts';

const shownCharsMax = 32 * 1024;
/** Of a body that is indented, which makes more of it than came. */
const indentedCharsMax = 4 * shownCharsMax;
const summaryCharsMax = 80;

export function inboxPage(messages: readonly InboxMessage[]): string {
  const rows = messages.map(
    (message) => html`<details><summary>
      <time>${new Date(message.receivedAt).toISOString()}</time>
      <b class="${message.verified ? 'good' : 'bad'}">${message.verified ? 'verified' : `not verified: ${message.reason ?? ''}`}</b>
      ${summaryOf(message.body)}</summary>
      <pre>${Object.entries(message.headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n')}</pre><pre>${readable(message.body)}</pre></details>
`,
  );
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Waybell inbox</title>
<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}
summary{cursor:pointer;padding:.4rem 0}pre{overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}.good{color:#18794e}.bad{color:#c62828}</style>
<h1>Inbox</h1><p>What arrived at this address, newest first; the page renews itself.</p>
${rows.length > 0 ? rows : html`<p>Nothing has arrived yet.</p>`}</html>`.text;
}

function summaryOf(body: string): string {
  try {
    const { type, data } = JSON.parse(body);
    return `${word(data.tracking_number)} ${word(data.status) || word(data.delivery_status) || word(type)}`;
  } catch {
    return body === '' ? '(empty body)' : body.slice(0, summaryCharsMax);
  }
}

/** Only texts are words: to make one of an array takes the square of its depth. */
function word(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, summaryCharsMax) : '';
}

/** JSON with a line for each member, anything else as it came. */
function readable(body: string): string {
  if (body.length > shownCharsMax) return `${body.slice(0, shownCharsMax)}… (${body.length} characters)`;
  if (indentedLength(body) > indentedCharsMax) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2).slice(0, indentedCharsMax);
  } catch {
    return body;
  }
}

/** How long a JSON text becomes with lines and indents, found in one pass: a string that does not end goes to the end. */
function indentedLength(json: string): number {
  let length = json.length;
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]+|\\.)*"?|[[\]{},]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    else if (token !== ',') continue;
    length += 1 + 2 * Math.max(0, depth);
    if (length > indentedCharsMax) break;
  }
  return length;
}
