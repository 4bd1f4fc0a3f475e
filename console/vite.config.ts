/**
 * How the console is built: hashed files under `assets/`, each with a gzip and a brotli beside it, so that the server
 * compresses nothing while it serves. `vite` alone (`npx vite` in this folder) serves the sources to a developer and passes
 * what is for the API on to a server on this machine.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { usedStyles } from './usedStyles.ts';

const server = 'http://127.0.0.1:8080';
/** Below this a compressed file saves no packet. */
const compressedBytesMin = 1400;

export default defineConfig({
  plugins: [react(), usedStyles(), compressed()],
  build: {
    target: 'es2023',
    // What is inlined would need `data:` where the policy of the page does not allow it.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // One file of what many pages have, in place of forty: on a slow network each costs a journey, and only six go at a time.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 3 }] } },
    },
    chunkSizeWarningLimit: 1000,
  },
  server: {
    proxy: { '^/(api|inbox/|sign-in$)': server },
    // Beside the sources, the two files of the SDK that check a pasted request.
    fs: { allow: ['.', '../src/sdk'] },
  },
});

/** Writes `x.js.gz` and `x.js.br` beside `x.js`. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const names = await readdir(dir, { recursive: true });
      const files = names.filter((name) => /\.(js|css|svg)$/.test(name));
      await Promise.all(files.map((name) => compress(path.join(dir, name))));
    },
  };
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < compressedBytesMin) return;
  await Promise.all([
    promisify(gzip)(bytes, { level: 9 }).then((smaller) => writeFile(`${file}.gz`, smaller)),
    promisify(brotliCompress)(bytes).then((smaller) => writeFile(`${file}.br`, smaller)),
  ]);
}
