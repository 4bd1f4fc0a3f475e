/** How mail leaves: the operator's own server, and who it is from. */
import { isEmail } from '../domain/email.ts';
import { SETTINGS } from './settings.ts';
import { ConfigError } from './values.ts';

export interface MailConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  /** From the first byte on; by STARTTLS, without which nothing is sent; or none, where that was plainly asked for. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly from: { readonly name: string | null; readonly address: string };
}

const ports = { implicit: 465, starttls: 587, none: 25 } as const;

/**
 * @param smtp as in `--smtp`; null: no mail is sent
 * @param from as in `--mail-from`
 * @throws ConfigError that quotes nothing of the URL: it holds a password
 */
export function mailConfig(smtp: string | null, from: string | null): MailConfig | null {
  const { flag } = SETTINGS.smtp;
  const fromFlag = SETTINGS.mailFrom.flag;
  if (smtp === null) {
    if (from === null) return null;
    throw new ConfigError(`${fromFlag} goes with ${flag}: set that as well, or leave this out.`);
  }
  const form = `${flag} is smtps://user:password@host:465, or smtp://user:password@host:587 where TLS begins by STARTTLS; without any TLS it ends in ?tls=none.`;
  if (!/^smtps?:\/\//.test(smtp) || !URL.canParse(smtp)) throw new ConfigError(form);
  const { protocol, hostname, port, username, password, search, pathname } = new URL(smtp);
  const isPlain = search === '?tls=none';
  if (hostname === '' || !['', '/'].includes(pathname) || (search !== '' && !isPlain))
    throw new ConfigError(form);
  if (protocol === 'smtps:' && isPlain) throw new ConfigError(`${flag} says smtps:// and ?tls=none at once.`);
  const tls = protocol === 'smtps:' ? 'implicit' : isPlain ? 'none' : 'starttls';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? ports[tls] : Number(port),
    user: username === '' ? null : decoded(username, form),
    password: password === '' ? null : decoded(password, form),
    tls,
    from: readFrom(from),
  };
}

function decoded(text: string, form: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError(`${form} A % in user or password is written %25.`);
  }
}

function readFrom(text: string | null): MailConfig['from'] {
  const [, name = '', inner] = /^\s*(?:(.*?)\s*<([^<>]*)>|.*)\s*$/s.exec(text ?? '') ?? [];
  const address = (inner ?? text ?? '').trim();
  const shown = name.replace(/^"(.*)"$/s, '$1').trim();
  if (isEmail(address) && !/\p{Cc}/u.test(shown)) return { name: shown === '' ? null : shown, address };
  throw new ConfigError(
    `With ${SETTINGS.smtp.flag}, ${SETTINGS.mailFrom.flag} says who mails are from, such as notices@example.com or "Waybell <notices@example.com>".`,
  );
}
