/**
 * The headers of one's own that a webhook's requests carry. Their values may be credentials of the host they were given
 * for, and nobody is shown them again: whoever edits a webhook names those that stay, and none stays when the webhook
 * moves to another host, since whoever reads there would be shown it.
 */
import { AppError, type Problem, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';
import type { SignatureHeaders, Webhook } from '../domain/webhook.ts';
import { isReservedHeader } from '../wire/request.ts';

/** By name; null stands for the value that the webhook has, whatever that is when the change is made. */
export type HeadersDraft = Readonly<Record<string, string | null>>;

export const headersDropped =
  'The URL is of another host now, so the custom headers were not taken along. Set them again if that host should get them.';

/** What the headers become, and whether any was dropped because of the move. @throws AppError `header_invalid` */
export function headersAfter(
  before: Pick<Webhook, 'url' | 'headers'>,
  { url, headers }: { readonly url?: string; readonly headers?: HeadersDraft },
): { headers: Webhook['headers']; dropped: boolean } {
  const moves = url !== undefined && new URL(url).origin !== new URL(before.url).origin;
  const known = new Map(Object.entries(before.headers));
  const kept: [name: string, value: string][] = [];
  let dropped = false;
  for (const [name, said] of Object.entries(headers ?? allStay(before.headers))) {
    const value = said ?? known.get(name);
    if (value === undefined) throw new AppError(refusedHeader(unknownValue(name)));
    if (said === null && moves) dropped = true;
    else kept.push([name, value]);
  }
  return { headers: Object.fromEntries(kept), dropped };
}

function allStay(headers: Webhook['headers']): HeadersDraft {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, null]));
}

/** @throws AppError `header_invalid` */
export function checkHeaders(headers: HeadersDraft): void {
  if (Object.keys(headers).length > limits.webhookHeadersMax)
    throw new AppError(refusedHeader(`at most ${limits.webhookHeadersMax} are sent`));
  for (const [name, value] of Object.entries(headers)) {
    checkHeaderName(name, '/headers');
    if (value !== null && !isSendable(value)) {
      throw new AppError(
        refusedHeader(
          `the value of "${name}" is not up to ${limits.webhookHeaderCharsMax} printable ASCII characters`,
        ),
      );
    }
  }
}

/** @throws AppError `header_invalid` */
export function checkSignatureHeaders(names: SignatureHeaders | null): void {
  const all = namesOf(names);
  for (const name of all) checkHeaderName(name, '/signature_headers');
  if (new Set(all).size < all.length)
    throw new AppError(refusedHeader('two of the names are the same', '/signature_headers'));
}

/**
 * A header's name is the same in any case of letters, and two of one name reach a receiver as one text or as the wrong one.
 * @param said what of it is new @throws AppError `header_invalid`
 */
export function checkCollisions(
  { headers, signatureHeaders }: Pick<Webhook, 'headers' | 'signatureHeaders'>,
  said: { readonly headers?: unknown },
): void {
  const where = said.headers === undefined ? '/signature_headers' : '/headers';
  const ofSignature = new Set(namesOf(signatureHeaders));
  const known = new Set<string>();
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (ofSignature.has(lower))
      throw new AppError(
        refusedHeader(`"${name}" is also one of \`signature_headers\`; rename or remove one of them`, where),
      );
    if (known.has(lower))
      throw new AppError(
        refusedHeader(`"${name}" is there twice, since capital and small letters are one; keep one of them`),
      );
    known.add(lower);
  }
}

/** In small letters. */
function namesOf(names: SignatureHeaders | null): readonly string[] {
  return names === null ? [] : [names.id, names.timestamp, names.signature].map((name) => name.toLowerCase());
}

/** Asked of whatever stands there: what is no text at all must not get as far as the store. */
function isSendable(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length <= limits.webhookHeaderCharsMax &&
    /^[\t\x20-\x7e]*$/.test(value)
  );
}

function checkHeaderName(name: string, pointer: string): void {
  // Setting `__proto__` on an object sets nothing that is sent.
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || name === '__proto__')
    throw new AppError(refusedHeader(`"${name.slice(0, 40)}" is not a header name`, pointer));
  if (isReservedHeader(name))
    throw new AppError(refusedHeader(`"${name}" is set by Waybell itself`, pointer));
}

function unknownValue(name: string): string {
  return `"${name}" is to keep its value, and the webhook has none under this name; send the value itself`;
}

function refusedHeader(why: string, pointer = '/headers'): Problem {
  return problem('header_invalid', `These headers cannot be sent: ${why}.`, pointer);
}
