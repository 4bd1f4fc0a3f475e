/** Tracking pages as HTML, without a script: one of a parcel, and those that say why there is none. */
import { directionOf, type Language } from '../../domain/language.ts';
import { Html, html } from '../../texts/html.ts';
import { type TextKey, textsIn } from '../../texts/texts.ts';
import { languageLinks } from '../languageLinks.ts';
import { type TrackStyle, trackStyleOf } from './trackStyle.ts';
import type { Day, Entry, Fact, Merchant, TrackView } from './trackView.ts';

export interface Page {
  readonly text: string;
  /** What a policy lets in for it. */
  readonly style: TrackStyle['source'];
}

/** Why there is nothing to be seen. */
export type Instead = 'none' | 'busy' | 'away';

export function trackPage(view: TrackView): Page {
  const say = textsIn(view.language);
  const { merchant } = view;
  return pageOf({
    ...view,
    body: html`${headerOf(merchant, view.language)}
<main class="wrap">
<section class="card${view.isProblem ? ' problem' : ''}">
<p class="eyebrow">${say('track.number')} <bdi>${view.number}</bdi></p>
<h1>${view.headline}</h1>
<p>${view.about}</p>
<ol class="steps" aria-label="${say('track.progress')}">${view.steps.map(stepOf)}</ol>
</section>
<section class="card"><h2>${say('track.latest')}</h2>
${view.latest === null ? html`<p>${say('track.noNews')}</p>` : latestOf(view.latest, view)}
</section>
<section class="card"><h2>${say('track.facts')}</h2>
<dl>${view.facts.map(factOf)}</dl>
</section>
${view.entries === 0 ? null : historyOf(view)}
</main>
${footerOf(merchant, view.language)}`,
  });
}

/** The same for everybody, whoever asked for what. */
export function insteadPage(instead: Instead, language: Language): Page {
  const say = textsIn(language);
  const title = say(`track.${instead}.title`);
  return pageOf({
    language,
    direction: directionOf(language),
    merchant: { name: null, website: null, color: null, logo: null },
    title,
    body: html`<main class="wrap"><section class="card"><h1>${title}</h1><p>${say(`track.${instead}.about`)}</p></section></main>
<footer class="wrap">${languagesOf(language)}</footer>`,
  });
}

function pageOf({
  language,
  direction,
  merchant,
  title,
  body,
}: Pick<TrackView, 'language' | 'direction' | 'merchant' | 'title'> & { readonly body: Html }): Page {
  const { css, source } = trackStyleOf(merchant.color);
  const { text } = html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no">
<style>${Html.written(css)}</style></head>
<body>
${body}
</body></html>
`;
  return { text, style: source };
}

function headerOf({ name, website, logo }: Merchant, language: Language): Html | null {
  const shown = name ?? (website === null ? null : new URL(website).host);
  if (shown === null && logo === null) return null;
  const say = textsIn(language);
  // Beside the name the picture says nothing more.
  const alt = shown === null ? say('track.logo') : '';
  const picture = logo === null ? null : html`<img src="${logo}" alt="${alt}">`;
  const inner = html`${picture}${shown === null ? null : html`<span class="name" dir="auto">${shown}</span>`}`;
  return html`<header><div class="wrap">${inner}</div></header>`;
}

function footerOf({ name, website }: Merchant, language: Language): Html {
  const say = textsIn(language);
  const merchant = website === null ? null : (name ?? new URL(website).host);
  const link =
    merchant === null
      ? null
      : html`<p><a href="${website}" rel="noopener noreferrer">${say('track.website', { merchant })}</a></p>`;
  return html`<footer class="wrap">${link}${languagesOf(language)}</footer>`;
}

function languagesOf(current: Language): Html {
  return languageLinks(current, { label: textsIn(current)('track.language') });
}

function stepOf({ at, isProblem, label, told }: TrackView['steps'][number]): Html {
  const current = at === 'now' ? html` aria-current="step"` : null;
  return html`<li class="${at}${isProblem ? ' bad' : ''}"${current}><span aria-hidden="true">${label}</span><span class="hidden">${told}</span></li>`;
}

function factOf({ name, value, link, isForeign }: Fact): Html {
  const shown = isForeign ? html`<bdi>${value}</bdi>` : html`${value}`;
  const linked = link === null ? shown : html`<a href="${link}" rel="noopener noreferrer">${shown}</a>`;
  return html`<div><dt>${name}</dt><dd>${linked}</dd></div>`;
}

function latestOf(entry: Entry, view: TrackView): Html {
  return html`<p dir="auto">${entry.text}</p>${whereOf(entry, view)}<p><time datetime="${entry.wall}">${whenOf(entry)}</time></p>`;
}

function whenOf({ day, time }: Entry): string {
  return time === null ? day : `${day}, ${time}`;
}

function whereOf({ place, courier }: Entry, { hasTwoCouriers }: TrackView): Html | null {
  const parts = [place, hasTwoCouriers ? courier : null].filter((part) => part !== null && part !== '');
  if (parts.length === 0) return null;
  return html`<p class="place" dir="auto">${parts.join(' · ')}</p>`;
}

function historyOf(view: TrackView): Html {
  const say = textsIn(view.language);
  const older: TextKey = 'track.olderLeftOut';
  return html`<section class="card"><h2>${say('track.history')}</h2>
${view.days.map((day) => dayOf(day, view))}
${view.leftOut === 0 ? null : html`<p class="note">${say(older, { count: view.leftOut })}</p>`}
<p class="note">${say('track.localTimes')}</p>
</section>
`;
}

function dayOf({ title, entries }: Day, view: TrackView): Html {
  return html`<h3>${title}</h3>
<ol>${entries.map((entry) => entryOf(entry, view))}</ol>
`;
}

function entryOf(entry: Entry, view: TrackView): Html {
  const time = entry.time === null ? null : html`<time datetime="${entry.wall}">${entry.time}</time>`;
  return html`<li class="entry">${time}<p dir="auto">${entry.text}</p>${whereOf(entry, view)}</li>
`;
}
