import { closeSync, fsyncSync, openSync } from 'node:fs';

/** After it a power cut takes no name away that was put into the folder. */
export function syncFolder(folder: string): void {
  // Windows opens no folder as a file, and writes their entries by itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
