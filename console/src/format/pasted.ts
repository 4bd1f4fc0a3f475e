/**
 * Reads a received request out of what was pasted: a raw HTTP request, what `curl -v` printed, a command for curl, a JSON object
 * of headers with the body after it, an object that holds both, or a body alone. The body is kept to the character, because
 * the signature covers it; whether it is right is `findings.ts`'s to say.
 */
export interface Pasted {
  readonly form: 'http' | 'curlOutput' | 'curlCommand' | 'jsonHeaders' | 'jsonRequest' | 'body' | 'headers';
  /** Names in small letters; values of one that came twice are joined by a space. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body was given as a JSON value, not as text: its bytes are a guess. */
  readonly wasParsed: boolean;
}

export function readPasted(text: string): Pasted {
  const said = text.replace(/^\uFEFF/, '').replace(/^\s*\n/, '');
  if (/^\s*[{["]/.test(said)) return readJson(said);
  if (/^\s*\$?\s*curl\s/.test(said)) return readCommand(said);
  if (/^> \S/m.test(said)) return readCurlOutput(said);
  return readHttp(said, 'http');
}

const requestLine = /^[A-Z]+ \S+( HTTP\/[\d.]+)?$/;
/** HTTP/2 has a colon before the names of what was the request line. */
const headerLine = /^(:?[\w-]+):[ \t]*(.*?)[ \t]*$/;

/** Header lines up to the first that is none; the rest, without the empty line between, is the body. */
function readHttp(text: string, form: Pasted['form']): Pasted {
  const lines = text.split('\n');
  const headers: Record<string, string> = {};
  let at = 0;
  if (requestLine.test(lines[0]?.trim() ?? '')) at += 1;
  for (; at < lines.length; at += 1) {
    const found = headerLine.exec(lines[at]?.replace(/\r$/, '') ?? '');
    if (found === null) break;
    put(headers, found[1] as string, found[2] as string);
  }
  while (at < lines.length && lines[at]?.trim() === '') at += 1;
  const body = lines.slice(at).join('\n');
  return { form: body.trim() === '' ? 'headers' : form, headers, body, wasParsed: false };
}

/** `> ` is before what was sent, `< ` before what was answered; anything without a sign is the body. */
function readCurlOutput(text: string): Pasted {
  const sent = text
    .split('\n')
    .filter((line) => !/^([<*](\s|$)|[{}] \[\d+ bytes data\])/.test(line))
    .map((line) => line.replace(/^> ?/, ''));
  return readHttp(sent.join('\n'), 'curlOutput');
}

function readCommand(text: string): Pasted {
  const words = shellWords(text);
  const headers: Record<string, string> = {};
  let body = '';
  for (let index = 0; index < words.length; index += 1) {
    const [flag, value] = flagAt(words, index);
    if (flag === '-H' || flag === '--header') {
      const found = headerLine.exec(value);
      if (found !== null) put(headers, found[1] as string, found[2] as string);
    }
    if (/^(-d|--data(-raw|-binary|-ascii)?|--json)$/.test(flag)) body = value;
  }
  return { form: 'curlCommand', headers, body, wasParsed: false };
}

/** A flag with the value after it, or with its own after `=` or right behind the letter. */
function flagAt(words: readonly string[], index: number): [flag: string, value: string] {
  const word = words[index] as string;
  const long = /^(--[a-z-]+)=([\s\S]*)$/.exec(word);
  if (long !== null) return [long[1] as string, long[2] as string];
  const short = /^(-[Hd])([\s\S]+)$/.exec(word);
  if (short !== null) return [short[1] as string, short[2] as string];
  return [word, words[index + 1] ?? ''];
}

/** As a shell parts them: in single quotes nothing is special, in double quotes a backslash before `"`, `\`, `$` and a backtick. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  const word = /(?:\$'(?:\\[\s\S]|[^'\\])*'|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s'"\\])+/g;
  const part = /\$'((?:\\[\s\S]|[^'\\])*)'|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^'"\\]+)/g;
  for (const [found] of text.matchAll(word)) {
    let value = '';
    for (const [, dollar, single, double, escaped, plain] of found.matchAll(part)) {
      if (dollar !== undefined) value += dollar.replace(/\\([\s\S])/g, ansiEscape);
      else if (double !== undefined) value += double.replace(/\\([\\"$`])/g, '$1').replace(/\\\n/g, '');
      // A backslash before the end of a line only carries the line on.
      else value += single ?? (escaped === '\n' ? '' : escaped) ?? plain;
    }
    if (value !== '') words.push(value);
  }
  return words;
}

function ansiEscape(_whole: string, letter: string): string {
  return { n: '\n', r: '\r', t: '\t' }[letter] ?? letter;
}

/** One JSON value, or headers as one and the body after it. */
function readJson(text: string): Pasted {
  const start = text.search(/\S/);
  const end = endOfJson(text, start);
  const first = parse(text.slice(start, end));
  const rest = end === undefined ? '' : text.slice(end);
  if (!isObject(first)) return { form: 'body', headers: {}, body: text, wasParsed: false };
  if (rest.trim() !== '' && isHeaders(first)) {
    const body = rest.replace(/^[\s,;]+/, '');
    return { form: 'jsonHeaders', headers: headersOf(first), body, wasParsed: false };
  }
  if (isObject(first.headers) && 'body' in first) return readRequest(first);
  if (isHeaders(first) && !isBody(first))
    return { form: 'headers', headers: headersOf(first), body: '', wasParsed: false };
  return { form: 'body', headers: {}, body: text, wasParsed: false };
}

/** As the console's inbox, a gateway or a log of requests writes one down. */
function readRequest(said: Record<string, unknown>): Pasted {
  const headers = headersOf(said.headers as Record<string, unknown>);
  const { body } = said;
  if (typeof body !== 'string')
    return { form: 'jsonRequest', headers, body: JSON.stringify(body), wasParsed: true };
  return {
    ...{ form: 'jsonRequest', headers, wasParsed: false },
    body: said.isBase64Encoded === true ? (fromBase64(body) ?? body) : body,
  };
}

/** Where the value that begins at `start` ends; undefined where it does not. */
function endOfJson(text: string, start: number): number | undefined {
  let depth = 0;
  const token = /"(?:\\[\s\S]|[^"\\])*"|[{}[\]]/g;
  token.lastIndex = start;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '{' || found[0] === '[') depth += 1;
    if (found[0] === '}' || found[0] === ']') depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return undefined;
}

/** All of its values are texts, or lists of them, as a server's program gives headers. */
function isHeaders(value: Record<string, unknown>): boolean {
  const values = Object.values(value);
  return values.length > 0 && values.every((one) => typeof one === 'string' || isTexts(one));
}

function isBody(value: Record<string, unknown>): boolean {
  return ['data', 'verifyInfo', 'verify', 'meta'].some((name) => name in value);
}

function headersOf(said: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(said)) {
    if (typeof value === 'string' || typeof value === 'number') put(headers, name, String(value));
    else if (isTexts(value)) put(headers, name, value.join(' '));
  }
  return headers;
}

/** PHP and Rack write `webhook-id` as `HTTP_WEBHOOK_ID`. */
function put(headers: Record<string, string>, said: string, value: string): void {
  const name = said
    .toLowerCase()
    .replace(/^http_/, '')
    .replaceAll('_', '-');
  headers[name] = headers[name] === undefined ? value : `${headers[name]} ${value}`;
}

function fromBase64(text: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)));
  } catch {
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
