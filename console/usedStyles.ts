/**
 * Leaves out of the built style sheet what is said of components that no script names: Mantine comes with the styles of all that
 * it has, twice as many as are used here. Its classes (`m_8fb7ebe7`) stand in scripts as they are, so what no script has
 * is worn by nothing.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Selector, transform } from 'lightningcss';
import type { Plugin, Rolldown } from 'vite';

const ofMantine = /\bm_[0-9a-f]{6,}\b/g;

export function usedStyles(): Plugin {
  return {
    name: 'used-styles',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const used = new Set(
        files.flatMap((file) => (file.type === 'chunk' ? (file.code.match(ofMantine) ?? []) : [])),
      );
      for (const file of files) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        const { fileName } = file;
        file.source = withoutUnused(fileName, Buffer.from(file.source), used);
        // Browsers keep a file for good, so its name has to follow from what is in it.
        file.fileName = fileName.replace(/-[\w-]{8}\.css$/, `-${digestOf(file.source)}.css`);
        for (const other of files) rename(other, fileName, file.fileName);
      }
    },
  };
}

function digestOf(code: Uint8Array): string {
  return createHash('sha256').update(code).digest('base64url').slice(0, 8);
}

function rename(file: Rolldown.OutputAsset | Rolldown.OutputChunk, from: string, to: string): void {
  const [nameFrom, nameTo] = [path.basename(from), path.basename(to)];
  if (file.type === 'chunk') {
    file.code = file.code.replaceAll(nameFrom, nameTo);
    // From these, Vite writes afterwards what is fetched together with a part that is loaded later.
    if (file.viteMetadata?.importedCss.delete(from)) file.viteMetadata.importedCss.add(to);
  } else if (typeof file.source === 'string') file.source = file.source.replaceAll(nameFrom, nameTo);
}

function withoutUnused(filename: string, code: Buffer, used: ReadonlySet<string>): Uint8Array {
  const isWorn = (selector: Selector) =>
    selector.every((part) => part.type !== 'class' || !part.name.startsWith('m_') || used.has(part.name));
  return transform({
    filename,
    code,
    minify: true,
    visitor: {
      Rule: {
        // Nothing returned leaves the rule as it is.
        style: (rule) => (rule.value.selectors.some(isWorn) ? undefined : []),
      },
    },
  }).code;
}
