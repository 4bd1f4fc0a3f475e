/**
 * How a letter is laid out: one content, as plain text and as HTML that says the same. Whatever stands in it (texts, couriers'
 * words, names that merchants chose) is text, and is escaped here, in the one place where HTML is made. Nothing is loaded from
 * anywhere: no images, no fonts, and nothing that tells whether a letter was read.
 */
import { directionOf, type Language } from '../domain/language.ts';

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

const colorDefault = '#1f5fbf';

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
  const color = content.color ?? colorDefault;
  const small = 'font-size:13px;line-height:1.5;opacity:.75';
  return [
    `<!doctype html><html lang="${language}" dir="${directionOf(language)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<title>${escaped(subject)}</title></head>`,
    '<body style="margin:0;padding:24px 12px;font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif;font-size:16px;line-height:1.5">',
    '<div style="max-width:560px;margin:0 auto">',
    sender === null ? '' : `<p style="margin:0 0 16px;font-weight:600">${escaped(sender)}</p>`,
    `<h1 style="margin:0 0 12px;font-size:22px;line-height:1.3;border-bottom:3px solid ${color};padding-bottom:12px">${escaped(heading)}</h1>`,
    ...paragraphs.map((text) => `<p style="margin:12px 0">${escaped(text)}</p>`),
    factsHtml(facts),
    action === null
      ? ''
      : `<p style="margin:20px 0"><a href="${escaped(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${color};color:${readableOn(color)};text-decoration:none;font-weight:600">${escaped(action.label)}</a></p>`,
    reason === null ? '' : `<p style="margin:24px 0 8px;${small}">${escaped(reason)}</p>`,
    unsubscribe === null
      ? ''
      : `<p style="margin:8px 0;${small}"><a href="${escaped(unsubscribe.url)}" style="color:inherit">${escaped(unsubscribe.label)}</a></p>`,
    '</div></body></html>\n',
  ].join('');
}

function factsHtml(facts: readonly Fact[]): string {
  if (facts.length === 0) return '';
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th scope="row" style="text-align:start;vertical-align:top;font-weight:400;opacity:.75;padding:4px 0;padding-inline-end:16px">${escaped(label)}</th><td style="vertical-align:top;padding:4px 0;overflow-wrap:anywhere"><bdi>${escaped(value)}</bdi></td></tr>`,
  );
  return `<table style="border-collapse:collapse;margin:16px 0">${rows.join('')}</table>`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Black or white, whichever stands out more (WCAG 2.2, relative luminance). */
function readableOn(color: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? '#000000' : '#ffffff';
}
