/**
 * `npm run bench`: Waybell against the floors, or, with a name behind it, one of the others. Each file tells at its top what
 * it measures and what it can be told.
 */
const scenarios: Readonly<Record<string, string>> = {
  postgres: './postgres/endToEnd.ts',
  '--postgres': './postgres/endToEnd.ts',
  claims: './postgres/claims.ts',
  large: './postgres/large.ts',
  phone: './phone.ts',
  search: './search.ts',
  snapshot: './postgres/snapshot.ts',
  trackingmore: './trackingmore.ts',
};

const [first = '-'] = process.argv.slice(2);
await import(scenarios[first] ?? (first.startsWith('-') ? './floors.ts' : './scenarios.ts'));
