/** The style sheet of a page comes with the page and stays when one goes on: it must not reach into others. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { none } from '../support/none.ts';
import { root } from '../support/projectFiles.ts';

test('every rule of a page is about a class that no other style sheet has', () => {
  const sheets = globSync('console/src/**/*.css', { cwd: root }).map((file) => ({
    file,
    selectors: selectorsOf(readFileSync(path.join(root, file), 'utf8')),
  }));
  const ofAll = 'console/src/shell/style.css';
  const strays = sheets
    .filter(({ file }) => file !== ofAll)
    .flatMap(({ file, selectors }) => {
      const others = sheets.filter((sheet) => sheet.file !== file).flatMap((sheet) => sheet.selectors);
      const foreign = new Set(others.flatMap(classesOf));
      return selectors
        .filter((selector) => classesOf(selector).every((name) => foreign.has(name)))
        .map((selector) => `${file}: ${selector}`);
    });
  none(strays, `Name a class of the page's own, or put the rule into ${ofAll}.`);
});

function selectorsOf(css: string): string[] {
  return [...css.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{/g)]
    .flatMap(([, heads = '']) => heads.split(/,(?![^(]*\))/))
    .map((head) => head.trim())
    .filter((head) => head.includes('.') && !head.startsWith('@'));
}

function classesOf(selector: string): string[] {
  return [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name);
}
