/**
 * What became of a request that got no response, in a stable code for programs and a sentence for people. The codes are
 * Node's where Node has one; undici's own are translated, so that another client would not change what users see.
 */
export function codeOf(error: unknown): string {
  const { code, name, message = '' } = tellingError(error) ?? {};
  // undici loses the parser's code, reports an unwanted 100 or 101 as a broken connection, and trips over its own
  // assertion when a malformed head asks for an upgrade.
  if (name === 'HTTPParserError' || code === 'ERR_ASSERTION') return notHttp;
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return notHttp;
  if (code === undefined) return 'UNKNOWN';
  return translated.get(code) ?? code;
}

/** An expected end of a connection attempt, with the words of whoever decided it where they are better than the code's. */
export class ConnectError extends Error {
  readonly code: string;
  readonly reason: string | null;

  constructor(code: string, reason: string | null = null) {
    super(reason ?? code);
    this.code = code;
    this.reason = reason;
  }
}

/** Failures of this machine, its network or its proxy: they say nothing of the receiver, so they spend no attempt. */
export const ourCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'DOOR_CLOSED',
  'PROXY_UNREACHABLE',
  'PROXY_REFUSED',
]);

export type Phase = 'before' | 'during' | 'after';

export interface FailureContext {
  /** Host and port for people; the host name alone while it is being looked up. */
  readonly host: string;
  readonly phase?: Phase;
  /** The limit that was reached, where the failure is one. */
  readonly ms?: number;
  /** The client's own words, for requests that could not be built. */
  readonly detail?: string;
}

/** One sentence or two, ending in the remedy where there is one. */
export function failureReason(code: string, context: FailureContext): string {
  const { host } = context;
  const fixed = sentences.get(code)?.(context);
  if (fixed !== undefined) return fixed;
  if (code.startsWith('HPE_'))
    return `${host} answered with something that is not proper HTTP (${code}). Check the port.`;
  if (certificateCodes.test(code)) {
    return `The certificate of ${host} cannot be trusted (${code}). Install a valid one with its full chain.`;
  }
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) {
    return `No TLS connection to ${host} came about (${code}). Check its TLS settings, and that the port speaks https.`;
  }
  return `The request to ${host} failed (${code}).`;
}

type Sentence = (context: FailureContext) => string;

const brokenOff: Record<Phase, Sentence> = {
  before: ({ host }) => `${host} closed the connection while it was being opened`,
  during: ({ host }) => `${host} closed the connection without an answer`,
  after: ({ host }) => `${host} broke off in the middle of the head of its answer`,
};

const reset: (code: string) => Sentence = (code) => (context) =>
  `${brokenOff[context.phase ?? 'during'](context)} (${code}).`;

const noFilesLeft: (code: string) => Sentence = (code) => () =>
  `This server has no file handles left (${code}). Raise its limit of open files (ulimit -n).`;

const noRoute: (code: string) => Sentence =
  (code) =>
  ({ host }) =>
    `This server has no route to ${host} (${code}). Check this server's network.`;

/** A map, since a code may come from anywhere, and an object has members that nobody put into it. */
const sentences: ReadonlyMap<string, Sentence> = new Map(
  Object.entries<Sentence>({
    ENOTFOUND: ({ host }) => `The host name ${host} does not exist (ENOTFOUND). Check the URL.`,
    EAI_AGAIN: ({ host }) =>
      `The host name ${host} could not be looked up: no name server answered (EAI_AGAIN). Check this server's DNS.`,
    ECONNREFUSED: ({ host }) =>
      `${host} refused the connection (ECONNREFUSED). Check that the receiver is running and listens on this port.`,
    EHOSTUNREACH: ({ host }) => `${host} cannot be reached (EHOSTUNREACH). Check its address and firewall.`,
    ECONNRESET: reset('ECONNRESET'),
    EPIPE: reset('EPIPE'),
    ENETUNREACH: noRoute('ENETUNREACH'),
    ENETDOWN: noRoute('ENETDOWN'),
    EMFILE: noFilesLeft('EMFILE'),
    ENFILE: noFilesLeft('ENFILE'),
    EADDRNOTAVAIL: ({ host }) =>
      `This server has no free local port left to connect to ${host} from (EADDRNOTAVAIL). Lower the number of connections.`,
    TIMEOUT_CONNECT: ({ host, ms }) =>
      `No connection to ${host} within ${inSeconds(ms)} (TIMEOUT_CONNECT). Check its address and firewall.`,
    TIMEOUT: ({ host, ms, phase }) =>
      phase === 'before'
        ? `The request to ${host} could not be sent within ${inSeconds(ms)} (TIMEOUT).`
        : `${host} did not answer within ${inSeconds(ms)} (TIMEOUT). Answer first and do the work afterwards.`,
    CERT_HAS_EXPIRED: ({ host }) => `The certificate of ${host} has expired (CERT_HAS_EXPIRED). Renew it.`,
    ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) =>
      `The certificate of ${host} is for another name (ERR_TLS_CERT_ALTNAME_INVALID). Check the URL or the certificate.`,
    ERR_SSL_WRONG_VERSION_NUMBER: ({ host }) =>
      `${host} does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER). Check the port, or whether the URL is an http:// one.`,
    HPE_HEADER_OVERFLOW: ({ host }) =>
      `The headers of the answer of ${host} are larger than 16 KiB (HPE_HEADER_OVERFLOW). Send fewer.`,
    INVALID_REQUEST: ({ detail }) => `The request cannot be made (${detail}). Check the webhook's headers.`,
    DOOR_CLOSED: () => 'This server was stopping. The request is made again when it is back.',
  }),
);

const notHttp = 'HPE_INVALID_RESPONSE';
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME_MISMATCH|CRL/;

const translated: ReadonlyMap<string, string> = new Map(
  Object.entries({
    UND_ERR_SOCKET: 'ECONNRESET',
    UND_ERR_CONNECT_TIMEOUT: 'TIMEOUT_CONNECT',
    UND_ERR_HEADERS_OVERFLOW: 'HPE_HEADER_OVERFLOW',
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: notHttp,
    UND_ERR_INVALID_ARG: 'INVALID_REQUEST',
    UND_ERR_NOT_SUPPORTED: 'INVALID_REQUEST',
    UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'INVALID_REQUEST',
    UND_ERR_CLOSED: 'DOOR_CLOSED',
    UND_ERR_DESTROYED: 'DOOR_CLOSED',
  }),
);

type CodedError = Partial<Record<'code' | 'name' | 'message', string>>;

/** Of the failures at several addresses, one that is the receiver's: having no IPv6 here must not hide a refusal there. */
function tellingError(error: unknown): CodedError | null {
  if (!(error instanceof AggregateError)) return error as CodedError | null;
  const errors = error.errors as readonly CodedError[];
  return errors.find(({ code }) => code !== undefined && !ourCodes.has(code)) ?? errors[0] ?? null;
}

function inSeconds(ms = 0): string {
  return `${ms / 1000} s`;
}
