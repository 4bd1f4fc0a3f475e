/**
 * `npm run bench`: Waybell against the floors (`floors.ts`), or, with names behind it, how it holds up where senders
 * break (`scenarios.ts`): `npm run bench -- isolation paced versions fan-out parked stored`.
 */
const [first = '-'] = process.argv.slice(2);
await import(first.startsWith('-') ? './floors.ts' : './scenarios.ts');
