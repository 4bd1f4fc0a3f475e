/**
 * A JSON text as the lines in which it is shown, each with the field that it is of. A field has one path whatever the number of
 * things in a list: `data.origin_info.trackinfo[].Date`. What is sent is one line; these are for reading.
 */
export interface SampleLine {
  /** Steps of indentation. */
  readonly depth: number;
  /** Of the field; null for a bracket that closes, and for one that opens an item of a list. */
  readonly path: string | null;
  /** The member's name; null in a list. */
  readonly name: string | null;
  readonly text: string;
}

export function linesOf(json: string): SampleLine[] {
  const lines: SampleLine[] = [];
  add(JSON.parse(json), { lines, depth: 0, path: '', name: null, end: '' });
  return lines;
}

/** The first value that each field has, as JSON; those that are null everywhere are left out. */
export function examplesOf(json: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, text } of linesOf(json)) {
    const value = text.replace(/,$/, '');
    if (path !== null && !found.has(path) && !/^(null|[{[].*)$/.test(value)) found.set(path, value);
  }
  return found;
}

interface Place {
  readonly lines: SampleLine[];
  readonly depth: number;
  readonly path: string;
  readonly name: string | null;
  /** A comma, but after the last. */
  readonly end: string;
}

function add(value: unknown, place: Place): void {
  const { lines, depth, name, end } = place;
  const path = name === null ? null : place.path;
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    lines.push({ depth, path, name, text: JSON.stringify(value) + end });
    return;
  }
  const isList = Array.isArray(value);
  const members = Object.entries(value);
  lines.push({ depth, path, name, text: isList ? '[' : '{' });
  for (const [index, [key, member]] of members.entries()) {
    add(member, {
      ...{ lines, depth: depth + 1, name: isList ? null : key },
      path: isList ? `${place.path}[]` : `${place.path}${place.path === '' ? '' : '.'}${key}`,
      end: index < members.length - 1 ? ',' : '',
    });
  }
  lines.push({ depth, path: null, name: null, text: (isList ? ']' : '}') + end });
}
