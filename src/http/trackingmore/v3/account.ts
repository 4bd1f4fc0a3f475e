/** `userinfo`, and `getuserinfo`, which alone has the envelope of version 2. */
import type { Envelope } from '../skin.ts';
import { registeredAt, userOf } from '../user.ts';
import { type Action, read } from './action.ts';
import { toldV3, V3_CODES } from './errors.ts';

const envelopeV2: Envelope = {
  accepted: (data) => ({ meta: { code: 200, type: 'Success', message: 'Success' }, data }),
  refused(refusal, data) {
    const { code, message } = toldV3(refusal);
    return { status: V3_CODES[code][0], body: { meta: { code, type: 'Error', message }, data } };
  },
};

export const accountActions: readonly Action[] = [
  read(['userinfo'], ({ seenAccount: account }) => ({
    ...userOf(account),
    regtime: registeredAt(account),
    sms: 0,
  })),
  {
    ...read(['getuserinfo'], ({ seenAccount: account }) => ({
      ...userOf(account),
      regtime: String(registeredAt(account)),
    })),
    envelope: envelopeV2,
  },
];
