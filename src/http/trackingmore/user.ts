/** The account as versions 2 and 3 tell it. There is no quota and no money here. */
import type { Account } from '../../domain/account.ts';

/** Programs stop where little is left. */
const parcelsLeft = 999_999_999;

export function userOf({ signingEmail }: Account) {
  return { email: signingEmail, phone: null, money: 0, track_number: parcelsLeft };
}

/** In seconds since 1970. */
export function registeredAt({ createdAt }: Account): number {
  return Math.floor(createdAt / 1000);
}
