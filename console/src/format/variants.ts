/**
 * What may have happened to a body, a key or the names of headers between Waybell and the box that they were pasted into, each
 * with how to undo it. `findings.ts` tries them, the smallest number of mends first; nothing here knows of signatures.
 */
export type Mend =
  | 'space'
  | 'twice'
  | 'pretty'
  | 'slashes'
  | 'unicode'
  | 'slashesAdded'
  | 'unicodeAdded'
  | 'encoding'
  | 'keySpace'
  | 'keyPrefix'
  | 'keyCase'
  | 'headerNames';

export interface Variant<Some> {
  readonly value: Some;
  /** Empty: as it was pasted. */
  readonly mends: readonly Mend[];
}

type Undo = readonly [mend: Mend, undo: (text: string) => string];

const strings = /"(?:\\[\s\S]|[^"\\])*"/g;
/** More than this is tried as it is, and without the space around it: every further try signs all of it again. */
const charsTriedMax = 512 * 1024;

/** In the order in which they are undone. */
const undoings: readonly Undo[] = [
  ['space', (text) => text.replace(/^\uFEFF/, '').trim()],
  ['twice', (text) => (text.startsWith('"') ? (textIn(text) ?? text) : text)],
  ['encoding', misread],
  ['pretty', (text) => text.replace(/("(?:\\[\s\S]|[^"\\])*")|\s+/g, '$1')],
  ['slashesAdded', (text) => text.replace(/\\\//g, '/')],
  ['unicodeAdded', (text) => text.replace(strings, unescaped)],
  ['slashes', (text) => text.replace(/\\[\s\S]|\//g, (found) => (found === '/' ? '\\/' : found))],
  ['unicode', (text) => text.replace(/[\u0080-\uffff]/g, escapeOf)],
];

/** The body as it is, and as it may have been, without what would be the same. */
export function bodiesOf(body: string): Variant<string>[] {
  const found = new Map<string, readonly Mend[]>([[body, []]]);
  const undone = body.length > charsTriedMax ? undoings.slice(0, 1) : undoings;
  for (const [mend, undo] of undone) {
    for (const [before, mends] of [...found]) {
      const value = undo(before);
      const isSooner = mends.length + 1 < (found.get(value)?.length ?? Number.POSITIVE_INFINITY);
      if (isSooner) found.set(value, [...mends, mend]);
    }
  }
  return [...found].map(([value, mends]) => ({ value, mends }));
}

/** The key as it is, and as it was perhaps meant. */
export function keysOf(key: string): Variant<string>[] {
  const bare = key
    .trim()
    .replace(/^(["'`])([\s\S]*)\1$/, '$2')
    .replace(/\s+/g, '');
  const spaced: Variant<string>[] =
    bare === key ? [{ value: key, mends: [] }] : [{ value: bare, mends: ['keySpace'] }];
  return spaced.flatMap((one) => [one, ...meant(one)]);
}

function meant({ value, mends }: Variant<string>): Variant<string>[] {
  if (value.includes('@')) {
    const lower = value.toLowerCase();
    return lower === value ? [] : [{ value: lower, mends: [...mends, 'keyCase'] }];
  }
  const isBare = !/^whsec_/.test(value) && /^[A-Za-z0-9+/]{24,}={0,2}$/.test(value);
  return isBare ? [{ value: `whsec_${value}`, mends: [...mends, 'keyPrefix'] }] : [];
}

/** A sender's names for the three headers: `svix-id`, `svix-timestamp`, `svix-signature`. */
export function headersOf(headers: Readonly<Record<string, string>>): Variant<Record<string, string>>[] {
  const asPasted = { value: { ...headers }, mends: [] };
  if (headers['webhook-signature'] !== undefined) return [asPasted];
  const named = Object.keys(headers).flatMap((name) => /^(.+)-signature$/.exec(name)?.[1] ?? []);
  const prefix = named.find((one) => `${one}-id` in headers && `${one}-timestamp` in headers);
  if (prefix === undefined) return [asPasted];
  const standard = Object.fromEntries(
    ['id', 'timestamp', 'signature'].map((part) => [`webhook-${part}`, headers[`${prefix}-${part}`] ?? '']),
  );
  return [asPasted, { value: { ...headers, ...standard }, mends: ['headerNames'] }];
}

function textIn(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** UTF-8 that was read as Latin-1: `Ã¤` was `ä`. */
function misread(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  try {
    const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

/** `\u00e4` is `ä` again; what JSON has to escape stays so. */
function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})|\\[\s\S]/gi, (found, code?: string) => {
    const unit = code === undefined ? 0 : Number.parseInt(code, 16);
    return unit >= 0x80 ? String.fromCharCode(unit) : found;
  });
}

function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
