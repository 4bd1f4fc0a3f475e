/**
 * `npm run chaos`: the proof of the first two promises. Without a flag one server on a file (`file.ts`), with `--postgres`
 * several on one PostgreSQL (`postgres/main.ts`); each says what befalls it, and how it is told to.
 */
if (process.argv.includes('--postgres')) await import('./postgres/main.ts');
else await import('./file.ts');

export {};
