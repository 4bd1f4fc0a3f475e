/**
 * Ending letters by the link that each of them has. The link holds a token that says whose letters of what kind end, signed by a
 * secret of the store, so that nobody can make one for somebody else; it needs no sign-in and does not expire, since a letter may be
 * read years later.
 *
 * A recipient gets no letter of that account any more: what is kept is a hash of the address with the account, from which nobody
 * reads the address, and which nobody finds in another account. A member switches one kind off in their settings.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { bareId, type Id } from '../base/id.ts';
import type { AccountId } from '../domain/account.ts';
import { foldedEmail } from '../domain/email.ts';
import { OPERATIONAL_EVENT_TYPES, type OperationalEventType } from '../domain/webhook.ts';

/** What members are told of parcels, or one type of operational events. */
export type NoticeKind = 'statuses' | OperationalEventType;

/** In tokens they go by their place: new ones go to the end. */
const kinds: readonly NoticeKind[] = ['statuses', ...OPERATIONAL_EVENT_TYPES];

/** Whose letters end. */
export type Reader =
  | { readonly of: 'recipient'; readonly accountId: AccountId; readonly addressHash: string }
  | {
      readonly of: 'member';
      readonly accountId: AccountId;
      readonly memberId: Id<'mem'>;
      readonly kind: NoticeKind;
    };

export interface UnsubscribeTokens {
  make(reader: Reader): string;
  /** Null: it was not made here. */
  read(token: string): Reader | null;
}

/** Of the store: what tokens are signed by. */
export const unsubscribeNote = 'unsubscribe-secret';

/** 128 bits: guessed by nobody, and short enough for a line of mail. */
const signatureBytes = 16;
const idBytes = 16;
const hashBytes = 32;

export function makeUnsubscribeTokens(secret: string): UnsubscribeTokens {
  const sign = (content: Buffer): Buffer =>
    createHmac('sha256', secret).update('unsubscribe ').update(content).digest().subarray(0, signatureBytes);
  return {
    make(reader) {
      const account = idOf(reader.accountId);
      const content =
        reader.of === 'recipient'
          ? Buffer.concat([Buffer.from([0]), account, Buffer.from(reader.addressHash, 'hex')])
          : Buffer.concat([Buffer.from([1 + kinds.indexOf(reader.kind)]), account, idOf(reader.memberId)]);
      return Buffer.concat([content, sign(content)]).toString('base64url');
    },
    read(token) {
      if (!/^[A-Za-z0-9_-]{60,100}$/.test(token)) return null;
      const bytes = Buffer.from(token, 'base64url');
      const content = bytes.subarray(0, -signatureBytes);
      if (!timingSafeEqual(sign(content), bytes.subarray(-signatureBytes))) return null;
      const [place = 0] = content;
      const accountId = `acc_${content.toString('hex', 1, 1 + idBytes)}` as const;
      const rest = content.toString('hex', 1 + idBytes);
      if (place === 0)
        return rest.length === 2 * hashBytes ? { of: 'recipient', accountId, addressHash: rest } : null;
      const kind = kinds[place - 1];
      return kind === undefined ? null : { of: 'member', accountId, memberId: `mem_${rest}`, kind };
    },
  };
}

/** The same for an address in any case. */
export function addressHash(accountId: AccountId, address: string): string {
  return hash('sha256', `${accountId}\n${foldedEmail(address)}`);
}

function idOf(id: string): Buffer {
  return Buffer.from(bareId(id), 'hex');
}
