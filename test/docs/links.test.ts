/** What documents point at exists, and no file has what belongs to one machine or is left open. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { none } from '../support/none.ts';
import { projectFiles, root, textOf } from '../support/projectFiles.ts';

test('links in the documents lead somewhere', () => {
  const documents = projectFiles().filter((file) => file.endsWith('.md'));
  none(
    documents.flatMap((file) => linksIn(file).flatMap((link) => brokenLink({ file, link }) ?? [])),
    'Correct the link, or write what it points at.',
  );
});

test('lock files name no registry, and no file a path of one machine or an open end', () => {
  // Put together, so that this file does not contain what it looks for.
  const openEnds = new RegExp(
    `\\b(${['TO', 'FIX'].map((half, index) => half + ['DO', 'ME'][index]).join('|')})\\b`,
  );
  const machinePath = new RegExp(`(^|[^\\w./-])/${'work'}/`, 'm');
  const found = projectFiles().flatMap((file) => {
    const text = textOf(file);
    if (text === null) return [];
    const isLock = /(^|\/)(package-lock|npm-shrinkwrap)\.json$/.test(file);
    return [
      ...(isLock && /"resolved"\s*:|registry\./.test(text) ? [`${file}: names a registry`] : []),
      ...(machinePath.test(text) ? [`${file}: a path of one machine`] : []),
      ...(!isLock && openEnds.test(text) ? [`${file}: ${openEnds.exec(text)?.[0]}`] : []),
    ];
  });
  none(
    found,
    'Lock files are made with omit-lockfile-registry-resolved (.npmrc); open ends belong in an issue.',
  );
});

/** The targets of Markdown links and images, code left out. */
function linksIn(file: string): string[] {
  const prose = readFileSync(path.join(root, file), 'utf8')
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, '');
  const inline = prose.matchAll(/\]\(<?([^()\s<>]+(?:\([^()\s]*\))?)>?(?:\s+"[^"]*")?\)/g);
  const references = prose.matchAll(/^\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm);
  const html = prose.matchAll(/<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)="([^"]+)"/g);
  return [...inline, ...references, ...html].map((match) => match[1] ?? '');
}

function brokenLink({ file, link }: { file: string; link: string }): string | null {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) return null;
  const [place = '', anchor = ''] = decodeURIComponent(link).split('#');
  const target =
    place === '' ? file : path.posix.join(place.startsWith('/') ? '' : path.posix.dirname(file), place);
  const full = path.join(root, target);
  if (!existsSync(full)) return `${file}: ${link}`;
  if (anchor === '' || !target.endsWith('.md')) return null;
  return anchorsOf(readFileSync(full, 'utf8')).has(anchor) ? null : `${file}: ${link} (no such heading)`;
}

/** The anchors that GitHub gives the headings of a Markdown text, and those set by hand. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  for (const [, heading = ''] of prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  for (const [, id = ''] of prose.matchAll(/<[a-z]+\b[^>]*?\s(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}
