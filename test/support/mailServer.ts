/**
 * A mail server on this machine that takes letters, or says what a test wants it to say, and keeps what it took. It speaks SMTP on
 * a real port, with TLS where it is given a certificate; letters are taken apart by hand, as far as tests look into them.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { MailConfig } from '../../src/config/mail.ts';
import type { Pair } from './certificates.ts';
import type { Scope } from './childServer.ts';
import { until } from './until.ts';

export interface HeardLetter {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came. */
  readonly raw: string;
  /** By name in small letters, unfolded and decoded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
  readonly secure: boolean;
}

export interface TestMailServer {
  readonly config: MailConfig;
  readonly letters: readonly HeardLetter[];
  /** What is said to a recipient: a code of SMTP; null: it is taken. */
  answer(step: (to: string) => number | null): void;
  /** Resolves when so many letters to an address have come. */
  hears(count: number, to?: string): Promise<readonly HeardLetter[]>;
  close(): Promise<void>;
  /** Listens again, on the same port. */
  open(): Promise<void>;
}

export interface MailServerWish {
  readonly certificate?: Pair;
  readonly tls?: MailConfig['tls'];
  /** The one pair that it lets in. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly refusesSender?: boolean;
}

export async function openMailServer(t: Scope, wish: MailServerWish = {}): Promise<TestMailServer> {
  const { certificate, tls = certificate === undefined ? 'none' : 'starttls', login } = wish;
  const letters: HeardLetter[] = [];
  let answer: (to: string) => number | null = () => null;
  let port = 0;
  let server: SMTPServer;

  const options: SMTPServerOptions = {
    secure: tls === 'implicit',
    ...(certificate === undefined ? { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] } : certificate),
    authOptional: login === undefined,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      const isIn = username === login?.user && password === login?.password;
      if (isIn) done(null, { user: username });
      else done(refusal(535, 'No such user'));
    },
    onMailFrom(_address, _session, done) {
      done(wish.refusesSender ? refusal(553, 'Not your address') : null);
    },
    onRcptTo({ address }, _session, done) {
      const code = answer(address);
      done(code === null ? null : refusal(code, 'So the test wants it'));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const raw = Buffer.concat(parts).toString('utf8');
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        letters.push({ from, to, raw, ...takenApart(raw), secure: session.secure });
        done();
      });
    },
  };

  async function open(): Promise<void> {
    server = new SMTPServer(options);
    server.on('error', () => {});
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    port = (server.server.address() as AddressInfo).port;
  }

  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  await open();
  t.after(close);
  return {
    config: {
      host: '127.0.0.1',
      port,
      user: login?.user ?? null,
      password: login?.password ?? null,
      tls,
      from: { name: 'Waybell', address: 'notices@waybell.example' },
    },
    letters,
    answer(step) {
      answer = step;
    },
    hears: (count, to) =>
      until(`${count} letters to ${to ?? 'anybody'}`, () => {
        const own = letters.filter((letter) => to === undefined || letter.to.includes(to));
        return own.length >= count && own;
      }),
    close,
    open,
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function takenApart(raw: string): Pick<HeardLetter, 'headers' | 'text' | 'html'> {
  const { headers, body } = partOf(raw);
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1] ?? '\0';
  const parts = body.split(`--${boundary}`).slice(1, -1).map(partOf);
  const textOf = (type: string): string => {
    const part = parts.find((one) => one.headers['content-type']?.startsWith(type));
    return part === undefined ? '' : decoded(part);
  };
  return { headers, text: textOf('text/plain'), html: textOf('text/html') };
}

function partOf(text: string): Part {
  const [, head = '', body = ''] = /^\s*([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? [];
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), decodedWords(line.slice(at + 1).trim())] as const;
  });
  return { headers: Object.fromEntries(headers), body: body.replace(/\r\n$/, '') };
}

function decoded({ headers, body }: Part): string {
  switch (headers['content-transfer-encoding']) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8');
    case 'quoted-printable':
      return quotedPrintable(body.replace(/=\r\n/g, '')).replaceAll('\r\n', '\n');
    default:
      return body.replaceAll('\r\n', '\n');
  }
}

/** RFC 2047; white space between two encoded words is none. */
function decodedWords(text: string): string {
  return text
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, way: string, word: string) =>
      way.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : quotedPrintable(word.replaceAll('_', ' ')),
    );
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
