// What a try to sign in makes the server do is the same whether somebody has the email or not, so that time tells nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAccounts } from '../../src/accounts/accounts.ts';
import { makeMembers } from '../../src/accounts/members.ts';
import { makePasswords, type Passwords } from '../../src/accounts/passwords.ts';
import { makeSessions } from '../../src/accounts/sessions.ts';
import { makeThrottle } from '../../src/accounts/throttle.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { AppError } from '../../src/domain/error.ts';
import { openTemporary } from '../conformance/folder.ts';
import { ids } from '../conformance/world.ts';
import { cheapHash } from '../support/server.ts';

const origin = { address: '192.0.2.1', browser: '' };

test('an unknown email, an invited member and a wrong password cost one comparison each', async () => {
  const opened = await openTemporary();
  const { store } = opened;
  try {
    const freshly = <T>(decide: (heard: number) => Promise<T>) => decide(0);
    const accounts = makeAccounts({ store, freshly, ids, clock, operatorKey: 'none' });
    const members = makeMembers({ store, freshly, ids, clock });
    const { account } = await accounts.create({ signingEmail: 'shop@shop.example' });
    const real = makePasswords(cheapHash);
    let compared = 0;
    const passwords: Passwords = {
      ...real,
      fits(password, kept) {
        compared++;
        return real.fits(password, kept);
      },
    };
    const throttle = makeThrottle(clock);
    const sessions = makeSessions({ store, accounts, members, passwords, throttle, ids, clock });
    await members.invite(account.id, { email: 'invited@shop.example', role: 'member' });
    const { token } = await members.invite(account.id, { email: 'anna@shop.example', role: 'owner' });
    await sessions.useLink({ token, password: 'correct horse battery', name: null }, origin);
    assert.equal(compared, 0);
    for (const email of ['nobody@shop.example', 'invited@shop.example', 'anna@shop.example']) {
      compared = 0;
      await assert.rejects(
        sessions.signIn({ email, password: 'not this one' }, origin),
        (error) => error instanceof AppError && error.problem.code === 'sign_in_failed',
      );
      assert.equal(compared, 1, email);
    }
  } finally {
    await opened.close();
  }
});
