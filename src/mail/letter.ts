/**
 * How a letter is laid out: one content, as plain text and as HTML that says the same. Whatever stands in it (texts, couriers'
 * words, names that merchants chose) is text, which the template escapes. Nothing is loaded from anywhere: no images, no fonts,
 * and nothing that tells whether a letter was read.
 */
import { brandColorDefault, brandColors } from '../domain/brandColors.ts';
import { directionOf, type Language } from '../domain/language.ts';
import { type Html, html } from '../texts/html.ts';

export interface LetterContent {
  readonly subject: string;
  readonly language: Language;
  /** Who it comes from, above all else; null: nobody is named. */
  readonly sender: string | null;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly Fact[];
  /** What to do next; null: nothing. */
  readonly action: Link | null;
  /** Why it was sent, in small print. */
  readonly reason: string | null;
  /** How such letters end; null: they come once. */
  readonly unsubscribe: Link | null;
  /** `#rrggbb`; null: none was chosen. */
  readonly color: string | null;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Link {
  readonly label: string;
  /** An http(s) address. */
  readonly url: string;
}

export function letterText(content: LetterContent): string {
  const { sender, heading, paragraphs, facts, action, reason, unsubscribe } = content;
  const parts = [
    sender,
    heading,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    action && `${action.label}:\n${action.url}`,
    reason || unsubscribe ? '-- ' : null,
    reason,
    unsubscribe && `${unsubscribe.label}:\n${unsubscribe.url}`,
  ];
  return `${parts.filter((part) => part).join('\n\n')}\n`;
}

export function letterHtml(content: LetterContent): string {
  const { subject, language, sender, heading, paragraphs, facts, action, reason, unsubscribe } = content;
  const { brand, onBrand } = brandColors(content.color ?? brandColorDefault);
  const small = 'font-size:13px;line-height:1.5;opacity:.75';
  const parts = [
    html`<!doctype html><html lang="${language}" dir="${directionOf(language)}"><head><meta charset="utf-8">`,
    html`<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">`,
    html`<title>${subject}</title></head>`,
    html`<body style="margin:0;padding:24px 12px;font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif;font-size:16px;line-height:1.5">`,
    html`<div style="max-width:560px;margin:0 auto">`,
    sender && html`<p style="margin:0 0 16px;font-weight:600">${sender}</p>`,
    html`<h1 style="margin:0 0 12px;font-size:22px;line-height:1.3;border-bottom:3px solid ${brand};padding-bottom:12px">${heading}</h1>`,
    paragraphs.map((text) => html`<p style="margin:12px 0">${text}</p>`),
    facts.length === 0
      ? null
      : html`<table style="border-collapse:collapse;margin:16px 0">${facts.map(factRow)}</table>`,
    action &&
      html`<p style="margin:20px 0"><a href="${action.url}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${brand};color:${onBrand};text-decoration:none;font-weight:600">${action.label}</a></p>`,
    reason && html`<p style="margin:24px 0 8px;${small}">${reason}</p>`,
    unsubscribe &&
      html`<p style="margin:8px 0;${small}"><a href="${unsubscribe.url}" style="color:inherit">${unsubscribe.label}</a></p>`,
    html`</div></body></html>\n`,
  ];
  return html`${parts}`.text;
}

function factRow({ label, value }: Fact): Html {
  return html`<tr><th scope="row" style="text-align:start;vertical-align:top;font-weight:400;opacity:.75;padding:4px 0;padding-inline-end:16px">${label}</th><td style="vertical-align:top;padding:4px 0;overflow-wrap:anywhere"><bdi>${value}</bdi></td></tr>`;
}
