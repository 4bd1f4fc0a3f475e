/**
 * Says whether a pasted request verifies with a key and, where it does not, exactly why: first by undoing what is commonly done to
 * a body on its way and seeing whether it verifies then, else by what is missing or cannot be right. Everything is worked out
 * where the page is; nothing is sent. The age is told apart from the signature, since whoever pastes comes late.
 */
import { verifyWebhook, type WebhookVersion } from '../../../src/sdk/verify.ts';
import type { Pasted } from './pasted.ts';
import { bodiesOf, headersOf, keysOf, type Mend, type Variant } from './variants.ts';

/** What a receiver allows between the time of signing and its own clock. */
const toleranceSeconds = 300;

export type Finding = Genuine | Refused;

export interface Genuine {
  readonly verdict: 'genuine';
  /** What has to be undone for it to verify; none: it verifies as it is. */
  readonly mends: readonly Mend[];
  readonly version: WebhookVersion;
  readonly scheme: WebhookVersion;
  /** Epoch milliseconds. */
  readonly signedAt: number;
  /** By how much a receiver that checks at this moment finds it too old, or, below zero, too new; 0: neither. */
  readonly lateSeconds: number;
  /** The names that the three headers were found under, where those are others. */
  readonly headerNames: string | null;
}

interface Refused {
  readonly verdict: 'refused';
  readonly why:
    | 'noBody'
    | 'noKey'
    | 'notJson'
    | 'missingHeaders'
    | 'timeNotNumber'
    | 'malformedSecret'
    | 'noVersion1'
    | 'wasParsed'
    | 'keyOrder'
    | 'noMatch'
    | 'noTimeSignature'
    | 'emailNotKey'
    | 'emailNoMatch'
    | 'accountNoMatch';
  /** Of what the reason speaks. */
  readonly names: string;
}

interface Question {
  readonly pasted: Pasted;
  /** A webhook's `whsec_…`, the account's signing email or its webhook secret. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export async function findingOf({ pasted, key, now }: Question): Promise<Finding> {
  if (key.trim() === '') return refused('noKey');
  if (pasted.body.trim() === '') return refused('noBody');
  for (const { request, mends } of triesOf(pasted, key)) {
    const verdict = await verifyWebhook({ ...request, toleranceSeconds: 0 });
    if (!verdict.ok) continue;
    const { version, scheme, signedAt } = verdict;
    const names = mends.includes('headerNames') ? Object.keys(pasted.headers) : [];
    const found = names.filter((name) => /-(id|timestamp|signature)$/.test(name));
    return {
      ...{ verdict: 'genuine', mends, version, scheme, signedAt },
      lateSeconds: lateBy(signedAt, now),
      headerNames: found.length > 0 ? found.join(', ') : null,
    };
  }
  return whyRefused(pasted, keysOf(key)[0]?.value ?? key);
}

/** Every way to read what was pasted, those with the fewest mends first. */
function triesOf(pasted: Pasted, key: string) {
  const tries = headersOf(pasted.headers).flatMap((headers) =>
    keysOf(key).flatMap((one) =>
      bodiesOf(pasted.body).map((body) => ({
        request: { headers: headers.value, body: body.value, ...asKey(one.value) },
        mends: mendsOf(headers, one, body),
      })),
    ),
  );
  return tries.sort((one, other) => one.mends.length - other.mends.length);
}

function mendsOf(...parts: Variant<unknown>[]): Mend[] {
  return parts.flatMap(({ mends }) => mends);
}

function asKey(key: string): { email: string } | { secret: string } {
  return key.includes('@') ? { email: key } : { secret: key };
}

function lateBy(signedAt: number, now: number): number {
  const age = Math.round((now - signedAt) / 1000);
  if (Math.abs(age) <= toleranceSeconds) return 0;
  return age > 0 ? age - toleranceSeconds : age + toleranceSeconds;
}

function whyRefused(pasted: Pasted, key: string): Refused {
  const content = objectIn(pasted.body);
  if (content === null) return refused('notJson');
  if (key.startsWith('whsec_')) return whyNotStandard(pasted, key, content);
  if (key.includes('@'))
    return refused(content.verifyInfo || content.verify ? 'emailNoMatch' : 'emailNotKey');
  const missing = missingOf(pasted, ['timestamp', 'signature']);
  if (missing !== '') return refused('noTimeSignature', missing);
  return refused('accountNoMatch');
}

function whyNotStandard(pasted: Pasted, key: string, content: object): Refused {
  const [alias] = headersOf(pasted.headers).slice(-1);
  const headers = alias?.value ?? pasted.headers;
  const missing = missingOf({ headers }, ['webhook-id', 'webhook-timestamp', 'webhook-signature']);
  if (missing !== '') return refused('missingHeaders', missing);
  if (!/^(0|[1-9][0-9]{0,14})$/.test(headers['webhook-timestamp'] ?? '')) return refused('timeNotNumber');
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(key)) return refused('malformedSecret');
  if (!/(^|[\s,])v1,/.test(headers['webhook-signature'] ?? '')) return refused('noVersion1');
  if (pasted.wasParsed) return refused('wasParsed');
  const order = changedOrder(content);
  return order === null ? refused('noMatch') : refused('keyOrder', order);
}

function missingOf({ headers }: Pick<Pasted, 'headers'>, names: readonly string[]): string {
  return names.filter((name) => (headers[name] ?? '') === '').join(', ');
}

/** The members of a body in the order in which they are sent, of each version. */
const orders = [
  ['meta', 'data', 'verifyInfo'],
  ['code', 'message', 'data', 'verify', 'usertag'],
  ['code', 'message', 'data'],
  ['type', 'timestamp', 'data'],
] as const;

/** The order as it should be, where the body has the members of a version in another one. */
function changedOrder(content: object): string | null {
  const has = Object.keys(content);
  const order = orders.find(
    (names) => names.length === has.length && names.every((name) => has.includes(name)),
  );
  if (order === undefined || order.every((name, index) => name === has[index])) return null;
  return order.join(', ');
}

function refused(why: Refused['why'], names = ''): Refused {
  return { verdict: 'refused', why, names };
}

function objectIn(body: string): Record<string, unknown> | null {
  for (const { value } of bodiesOf(body)) {
    try {
      const content: unknown = JSON.parse(value);
      if (typeof content === 'object' && content !== null && !Array.isArray(content))
        return content as Record<string, unknown>;
    } catch {
      // Another way to read it may be JSON.
    }
  }
  return null;
}
