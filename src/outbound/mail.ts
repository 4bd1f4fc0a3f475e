/**
 * The door for letters: one letter to one address, one `Exchange`, whatever the mail server does. It is the operator's own server,
 * named in the settings, often on a private network; so the guard, which keeps merchants' URLs away from there, is not
 * asked. What merchants and their customers give is only ever an address in an envelope that was checked before.
 *
 * Few connections are kept, and no more letters are handed to the client than it has connections: what waits, waits here, where it
 * can still be given up. A letter whose time is over once it was handed on may arrive all the same, as with any request that
 * is not answered; its `Message-ID` is the same when it is sent again.
 *
 * What the server says to the recipient or to the letter is an answer. All else (no connection, no TLS, a password it does not
 * take, a sender it does not know) is the operator's to mend, and so a failure of our own.
 */
import { getCACertificates } from 'node:tls';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Clock } from '../base/clock.ts';
import { type Exchange, unsentExchange } from '../domain/attempt.ts';
import { limits } from '../domain/limits.ts';
import { NOT_MAILED } from '../pipeline/outcome.ts';

/** As the operator has set it (see `config/mail.ts`). */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly from: { readonly name: string | null; readonly address: string };
}

export interface Letter {
  /** Of the sender, shown beside the operator's address; null: the operator's. */
  readonly fromName: string | null;
  readonly to: string;
  readonly replyTo: string | null;
  /** Before the `@` of the `Message-ID`: the same whenever the letter is sent again. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
  /** Where one request ends such letters (RFC 8058); null: they cannot be ended. */
  readonly unsubscribeUrl: string | null;
}

export interface MailDoor {
  send(letter: Letter): Promise<Exchange>;
  /** Connects and signs in, and sends nothing. */
  check(): Promise<Exchange>;
  messageId(letter: Pick<Letter, 'id'>): string;
  close(): void;
}

export interface MailDoorOptions {
  readonly server: MailServer;
  /** Certificates of authorities that are trusted besides Node's own. */
  readonly authorities: readonly string[];
  readonly clock: Clock;
  /** From the call to the server's last word. */
  readonly exchangeMsMax: number;
}

const connections = 4;
const connectMsMax = 5000;
/** A server that says nothing for so long while it has a letter. */
const silentMsMax = 10_000;

export function openMailDoor({ server, authorities, clock, exchangeMsMax }: MailDoorOptions): MailDoor {
  const { host, port, user, password, tls, from } = server;
  const name = `${host}:${port}`;
  const transport = createTransport({
    pool: true,
    maxConnections: connections,
    // A connection that was kept may have been closed by the server meanwhile.
    ...{ maxRequeues: 1 },
    ...{ host, port },
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] },
    connectionTimeout: connectMsMax,
    greetingTimeout: connectMsMax,
    socketTimeout: silentMsMax,
    // Nothing of a letter is read from elsewhere.
    ...{ disableFileAccess: true, disableUrlAccess: true },
    logger: false,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const messageId = ({ id }: Pick<Letter, 'id'>): string => `<${id}@${domain}>`;
  let underway = 0;
  const waiting = new Set<() => void>();
  let closed = false;

  /** Whether a connection is to be had in time. */
  function place(msMax: number): Promise<boolean> {
    if (underway < connections) {
      underway++;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const take = () => {
        clearTimeout(timer);
        waiting.delete(take);
        underway++;
        resolve(!closed);
      };
      const timer = setTimeout(() => {
        waiting.delete(take);
        resolve(false);
      }, msMax);
      waiting.add(take);
    });
  }

  function giveBack(): void {
    underway--;
    const [next] = waiting;
    next?.();
  }

  async function exchange(run: () => Promise<{ response: string }>): Promise<Exchange> {
    const startedAt = clock.monotonic();
    const timings = () => {
      const totalMs = Math.round(clock.monotonic() - startedAt);
      return { dnsMs: null, connectMs: null, firstByteMs: null, totalMs };
    };
    if (closed) return failed(new Error('The server is stopping.'), name, timings());
    if (!(await place(exchangeMsMax / 2))) return failed(busy, name, timings());
    const made = run().finally(giveBack);
    const limit = timeLimit(exchangeMsMax - (clock.monotonic() - startedAt));
    try {
      const { response } = await Promise.race([made, limit.over]);
      return answered(response, timings());
    } catch (error) {
      made.catch(() => {});
      return failed(error as SmtpError, name, timings());
    } finally {
      limit.end();
    }
  }

  return {
    messageId,
    send: (letter) =>
      exchange(async () => {
        const options = { ...optionsOf(letter, from), messageId: messageId(letter) };
        return transport.sendMail(options);
      }),
    check: () =>
      exchange(async () => {
        await transport.verify();
        return { response: '220 The mail server answers, and takes letters of ours.' };
      }),
    close() {
      closed = true;
      transport.close();
      for (const take of [...waiting]) take();
    },
  };
}

/** Every header is given as a value, which the client encodes; nothing is put together to a line here. */
function optionsOf(letter: Letter, from: MailServer['from']): SendMailOptions {
  const { fromName, to, replyTo, subject, text, html, language, unsubscribeUrl } = letter;
  return {
    from: { name: oneLine(fromName ?? from.name ?? ''), address: from.address },
    to: { name: '', address: to },
    ...(replyTo === null ? {} : { replyTo: { name: '', address: replyTo } }),
    subject: oneLine(subject),
    text,
    html,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': language,
      ...(unsubscribeUrl === null
        ? {}
        : {
            // Prepared: it is ASCII, and must not be folded within.
            'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
    },
  };
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** What the client throws. */
type SmtpError = Error & { code?: string; command?: string; responseCode?: number; response?: string };

const busy = Object.assign(new Error('too many letters wait for it'), { code: 'BUSY' });
/** `421` ends the connection, whatever it was said to. */
const closing = 421;

function failed(error: SmtpError, server: string, timings: Exchange['timings']): Exchange {
  const { code = 'UNKNOWN', command = '', responseCode = 0, response = '' } = error;
  const isOfLetter = command === 'RCPT TO' || command === 'DATA';
  if (isOfLetter && responseCode >= 400 && responseCode !== closing) return answered(response, timings);
  const isOfAddress = (code === 'EENVELOPE' && command === 'API') || code === 'EMESSAGE';
  if (isOfAddress) {
    const reason = `The letter cannot be sent: ${error.message}.`;
    return { ...unsentExchange(NOT_MAILED, reason, true), timings };
  }
  const said = oneLine(response === '' ? error.message : response);
  const reason = `The mail server of this Waybell (${server}) cannot be used: ${said}`.slice(
    0,
    reasonCharsMax,
  );
  return { ...unsentExchange(code, reason, true), timings };
}

const reasonCharsMax = 500;

function answered(response: string, timings: Exchange['timings']): Exchange {
  const body = response.replaceAll('\0', '').slice(0, limits.responseBytesMax);
  const status = Number(/^\d{3}/.exec(body)?.[0] ?? 250);
  return { kind: 'response', status, headers: {}, body, truncated: false, address: null, timings };
}

/** Rejects when the time is over, unless it has ended before. */
function timeLimit(ms: number) {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timeUp), Math.max(0, ms));
  return { over, end: () => clearTimeout(timer) };
}

const timeUp = Object.assign(new Error('no word came in time'), { code: 'TIMEOUT' });
