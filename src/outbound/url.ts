/**
 * What the text of a webhook URL shows before any address is judged: whether it is one at all, which host it means, and
 * whether it is this server's own inbox. Pure. Its answers are about the URL as the WHATWG parser reads it, because that
 * is what is called; where the parser would quietly mend a text, the text is refused instead.
 */
import { isIP } from 'node:net';
import { limits } from '../domain/limits.ts';

/** What makes the text no webhook URL, as a sentence; null when it is one. */
export function problemOf(text: string): string | null {
  if (text.length > limits.urlCharsMax) return `The URL is longer than ${limits.urlCharsMax} characters.`;
  if (!/^https?:\/\/(?!\/)/i.test(text))
    return 'A webhook URL starts with http:// or https:// and a host name.';
  // The parser would drop or turn some of these, and what is shown would not be what is called.
  if (/[\s\p{Cc}\\]/u.test(text)) return 'A webhook URL has no spaces, control characters or backslashes.';
  if (text.includes('#')) return 'A webhook URL has no fragment: remove the # and what follows it.';
  const url = URL.parse(text);
  if (url === null) return 'This is not a URL: check its host name and port.';
  if (url.port === '0') return 'Port 0 cannot be called.';
  if (hostOf(url).split('.').includes('')) return 'The host name has an empty part: check its dots.';
  return null;
}

/** Without the brackets of IPv6 and the dot of a fully qualified name. */
export function hostOf(url: URL): string {
  return bare(url.hostname).replace(/\.$/, '');
}

/** RFC 6761: these names are loopback, whatever a name server says. */
export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** The credentials in a URL as the value of an `authorization` header; null where it has none. */
export function basicOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where to connect for a URL of the built-in inbox of the server that listens at `own`; null for every other URL. */
export function inboxEndpoint(url: URL, own: Endpoint): Endpoint | null {
  // A token is letters, digits, - and _: no dots, percent signs or further slashes that a router might read its way.
  if (url.protocol !== 'http:' || !/^\/inbox\/[\w-]+$/.test(url.pathname)) return null;
  if (Number(url.port || 80) !== own.port) return null;
  const host = inboxHost(hostOf(url), bare(own.host));
  return host === null ? null : { host, port: own.port };
}

/** A server that listens on every address has its inbox on loopback, and `localhost` is whichever loopback it has. */
function inboxHost(host: string, ownHost: string): string | null {
  if (ownHost === '0.0.0.0' || ownHost === '::') {
    if (host === 'localhost') return ownHost === '::' ? '::1' : '127.0.0.1';
    return host === '127.0.0.1' || host === '::1' ? host : null;
  }
  if (host === 'localhost') return /^(127\.|::1$)/.test(ownHost) && isIP(ownHost) !== 0 ? ownHost : null;
  return host === ownHost && isIP(host) !== 0 ? host : null;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
