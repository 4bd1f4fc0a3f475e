/**
 * How tracking pages look: one style in the page, allowed by its hash and by nothing else. Light and dark as the reader has
 * it, from left or right as the language has it, and on paper without what only a screen is good for.
 */
import { createHash } from 'node:crypto';
import { brandColorDefault, brandColors, darkSurface, lightSurface } from '../../domain/brandColors.ts';

export interface TrackStyle {
  readonly css: string;
  /** As a policy names it. */
  readonly source: string;
}

const madeMax = 500;
const made = new Map<string, TrackStyle>();

/** @param color `#rrggbb` */
export function trackStyleOf(color: string | null): TrackStyle {
  const key = color ?? brandColorDefault;
  const known = made.get(key);
  if (known !== undefined) return known;
  if (made.size >= madeMax) made.clear();
  const { brand, onBrand, light, dark } = brandColors(key);
  const css = `:root{--brand:${brand};--on-brand:${onBrand};--accent:${light}}@media(prefers-color-scheme:dark){:root{--accent:${dark}}}${rules}`;
  const style = { css, source: `'sha256-${createHash('sha256').update(css).digest('base64')}'` };
  made.set(key, style);
  return style;
}

const rules = `
:root{color-scheme:light dark;--page:${lightSurface};--card:#ffffff;--text:#1a1f24;--muted:#57606a;--line:#d0d7de;--mark:#8b949e;--problem:#a3341b}
@media(prefers-color-scheme:dark){:root{--page:#0f1216;--card:${darkSurface};--text:#e6e9ec;--muted:#a8b1ba;--line:#353c44;--mark:#7d8792;--problem:#ffb29b}}
*,::before,::after{box-sizing:border-box}
*{margin:0;padding:0}
[dir=auto]{text-align:-webkit-match-parent;text-align:match-parent}
body{background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
a{color:var(--accent)}
a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
.wrap{max-inline-size:42rem;margin-inline:auto;padding-inline:1rem}
header{background:var(--brand);color:var(--on-brand)}
header .wrap{display:flex;align-items:center;gap:.75rem;min-block-size:3.75rem;padding-block:.5rem}
header a{color:inherit}
header a:focus-visible{outline-color:currentColor}
header img{display:block;max-block-size:2.5rem;max-inline-size:11rem;background:#fff;border-radius:6px;padding:4px}
.name{font-weight:600;font-size:1.125rem}
main{padding-block:1rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.125rem 1rem;min-inline-size:0}
.eyebrow,.note,time,.place,dt{color:var(--muted);font-size:.875rem}
h1{font-size:1.625rem;line-height:1.25;margin-block:.125rem .375rem}
.problem h1{color:var(--problem)}
h2{font-size:1rem;margin-block-end:.625rem}
h3{font-size:.875rem;color:var(--muted);font-weight:600;margin-block:1rem .5rem}
h2+h3{margin-block-start:0}
ol,ul{list-style:none}
.steps{isolation:isolate;display:grid;grid-auto-flow:column;grid-auto-columns:1fr;margin-block-start:1.25rem;text-align:center;font-size:.8125rem;line-height:1.3;hyphens:auto}
@media(max-width:22rem){.steps{font-size:.75rem;margin-inline:-.5rem}}
.steps li{position:relative;padding-block-start:1.625rem;padding-inline:.125rem;color:var(--muted)}
.steps li::before{content:"";position:absolute;inset-block-start:.5rem;inset-inline:-50% 50%;block-size:3px;background:var(--line)}
.steps li:first-child::before{display:none}
.steps li::after{content:"";position:absolute;inset-block-start:0;inset-inline-start:calc(50% - .5625rem);inline-size:1.125rem;block-size:1.125rem;border-radius:50%;border:2px solid var(--mark);background:var(--card);z-index:1}
.steps .done::before,.steps .now::before{background:var(--accent)}
.steps .done::after,.steps .now::after{border-color:var(--accent);background:var(--accent)}
.steps .now{color:var(--text);font-weight:600}
.steps .now::after{background:var(--card);border-width:5px}
.steps .bad{color:var(--problem)}
.steps .bad::after{border-color:var(--problem)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem 1rem}
.entry{border-inline-start:2px solid var(--line);padding-inline-start:.875rem;padding-block:.125rem .75rem}
.entry:last-child{padding-block-end:.125rem}
.note{margin-block-start:.875rem}
footer{padding-block:0 2rem;display:grid;gap:.75rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem}
nav a,nav strong{display:inline-block;padding-block:.25rem}
.hidden{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media print{:root{--page:#fff;--card:#fff;--text:#000;--muted:#333;--line:#999}nav{display:none}body{font-size:11pt}.card{border:0;padding:.5rem 0;break-inside:auto}.entry,.steps{break-inside:avoid}header{background:none;color:#000;border-block-end:2px solid #000}.steps li::before,.steps li::after{print-color-adjust:exact}}
`;
