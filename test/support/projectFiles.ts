/** The files of the project as they stand on the disk; a walk and not git's list, since a tarball has no git. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
const FOLDERS_SKIPPED = new Set(['node_modules', '.git', 'dist', 'coverage']);

/** Relative to its root, with forward slashes. */
export function projectFiles(folder = '.'): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (FOLDERS_SKIPPED.has(entry.name) || name === 'data' || entry.isSymbolicLink()) return [];
    if (entry.isDirectory()) return projectFiles(name);
    return entry.isFile() && !name.endsWith('.log') ? [name] : [];
  });
}

/** Null for what is not text: a NUL near the beginning tells. */
export function textOf(file: string): string | null {
  const full = path.join(root, file);
  if (!existsSync(full) || statSync(full).size > 4 * 1024 * 1024) return null;
  const bytes = readFileSync(full);
  return bytes.subarray(0, 8_000).includes(0) ? null : bytes.toString('utf8');
}
