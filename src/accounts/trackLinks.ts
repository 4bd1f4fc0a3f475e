/**
 * The address of a parcel's tracking page: which account and which parcel, and a MAC over both under the account's own key, so
 * that nobody comes to it who was not given it, and nothing is kept for each parcel. The key is the account's and is kept
 * with it, so that an address goes on leading there when the account moves to another store or server; another key takes
 * back all addresses at once. Whether there is anything to be seen (the parcel may be gone, the pages switched off) is for
 * who shows it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { bareId } from '../base/id.ts';
import type { Account, AccountId } from '../domain/account.ts';
import type { Tracking } from '../domain/tracking.ts';

export interface TrackLink {
  readonly accountId: AccountId;
  readonly trackingId: Tracking['id'];
  readonly mac: Buffer;
}

const idBytes = 16;
/** 96 bits: it is tried against one server, over the network, which counts. */
const macBytes = 12;
const tokenForm = /^[A-Za-z0-9_-]{59}$/;
const logoHashBytes = 12;
const logoForm = /^[A-Za-z0-9_-]{38}$/;

/** Where the page is, from the server's own address on; null where the account shows none. */
export function trackPathOf(account: Account, trackingId: Tracking['id']): string | null {
  if (account.trackKey === null || !account.settings.trackPage.enabled) return null;
  const ids = Buffer.from(bareId(account.id) + bareId(trackingId), 'hex');
  const mac = macOf(account.trackKey, ids);
  return `/track/${Buffer.concat([ids, mac]).toString('base64url')}`;
}

/** The whole address, on a server that is reached at that one. */
export function trackUrl(server: string, account: Account, trackingId: Tracking['id']): string | null {
  const path = trackPathOf(account, trackingId);
  return path && `${server}${path}`;
}

/** What a token says, which anybody may have made; null: it is none. */
export function readTrackToken(token: string): TrackLink | null {
  const bytes = bytesOf(token, tokenForm);
  if (bytes === null) return null;
  return {
    accountId: `acc_${bytes.toString('hex', 0, idBytes)}`,
    trackingId: `trk_${bytes.toString('hex', idBytes, 2 * idBytes)}`,
    mac: bytes.subarray(2 * idBytes),
  };
}

/** Whether it was made with the account's key. Takes as long whatever it says. */
export function isGenuine({ accountId, trackingId, mac }: TrackLink, { trackKey }: Account): boolean {
  if (trackKey === null) return false;
  const ids = Buffer.from(bareId(accountId) + bareId(trackingId), 'hex');
  return timingSafeEqual(mac, macOf(trackKey, ids));
}

/** Where the account's logo is: another address with every picture. Null: it has none. */
export function logoPathOf({ id, logoHash }: Account): string | null {
  if (logoHash === null) return null;
  const hash = Buffer.from(logoHash, 'hex').subarray(0, logoHashBytes);
  return `/track/logo/${Buffer.concat([Buffer.from(bareId(id), 'hex'), hash]).toString('base64url')}`;
}

/** Whose logo a path asks for, and how its hash begins. */
export function readLogoToken(token: string): { accountId: AccountId; hashBegins: string } | null {
  const bytes = bytesOf(token, logoForm);
  if (bytes === null) return null;
  return {
    accountId: `acc_${bytes.toString('hex', 0, idBytes)}`,
    hashBegins: bytes.toString('hex', idBytes),
  };
}

/** Of several texts that mean the same bytes one is taken. */
function bytesOf(token: string, form: RegExp): Buffer | null {
  const bytes = form.test(token) ? Buffer.from(token, 'base64url') : null;
  return bytes?.toString('base64url') === token ? bytes : null;
}

function macOf(trackKey: string, ids: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(trackKey, 'base64url'))
    .update('waybell track page')
    .update(ids)
    .digest()
    .subarray(0, macBytes);
}
