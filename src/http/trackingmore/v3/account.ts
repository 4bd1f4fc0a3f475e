/** `userinfo`, and `getuserinfo`, which alone has the envelope of version 2. There is no quota and no money here. */
import type { Account } from '../../../domain/account.ts';
import type { Action } from './action.ts';
import { reading } from './action.ts';

/** An answer that comes in an envelope of its own. */
export class Enveloped {
  readonly body: unknown;

  constructor(body: unknown) {
    this.body = body;
  }
}

/** Programs stop at none left. */
const parcelsLeft = 999_999_999;

export const accountActions: readonly Action[] = [
  {
    ...reading,
    ...{ names: ['userinfo'], refusedData: null },
    answer: ({ account }) => ({ ...userV3(account), regtime: registeredAt(account), sms: 0 }),
  },
  {
    ...reading,
    ...{ names: ['getuserinfo'], refusedData: null },
    answer: ({ account }) =>
      new Enveloped({
        meta: { code: 200, type: 'Success', message: 'Success' },
        data: { ...userV3(account), regtime: String(registeredAt(account)) },
      }),
  },
];

function userV3({ signingEmail }: Account) {
  return { email: signingEmail, phone: null, money: 0, track_number: parcelsLeft };
}

/** In seconds since 1970. */
function registeredAt({ createdAt }: Account): number {
  return Math.floor(createdAt / 1000);
}
