/** `userinfo`, and `getuserinfo`, which alone has the envelope of version 2. There is no quota and no money here. */
import type { Account } from '../../../domain/account.ts';
import type { Envelope } from '../skin.ts';
import { type Action, read } from './action.ts';
import { toldV3, V3_CODES } from './errors.ts';

const envelopeV2: Envelope = {
  accepted: (data) => ({ meta: { code: 200, type: 'Success', message: 'Success' }, data }),
  refused(refusal, data) {
    const { code, message } = toldV3(refusal);
    return { status: V3_CODES[code][0], body: { meta: { code, type: 'Error', message }, data } };
  },
};

/** Programs stop at none left. */
const parcelsLeft = 999_999_999;

export const accountActions: readonly Action[] = [
  read(['userinfo'], ({ seenAccount: account }) => ({
    ...userV3(account),
    regtime: registeredAt(account),
    sms: 0,
  })),
  {
    ...read(['getuserinfo'], ({ seenAccount: account }) => ({
      ...userV3(account),
      regtime: String(registeredAt(account)),
    })),
    envelope: envelopeV2,
  },
];

function userV3({ signingEmail }: Account) {
  return { email: signingEmail, phone: null, money: 0, track_number: parcelsLeft };
}

/** In seconds since 1970. */
function registeredAt({ createdAt }: Account): number {
  return Math.floor(createdAt / 1000);
}
