/** What one account is told of another's signing email: nothing. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { withServer } from '../support/server.ts';

test('an address that another account has is taken as any other, so no answer tells of it', () =>
  withServer(async ({ anna, bela }) => {
    const edit = (signing_email: string) => anna.owner('PATCH', '/account', { body: { signing_email } });
    const free = await edit('nobody@shop.example');
    const taken = await edit(bela.account.signingEmail);
    assert.equal(free.status, 200);
    assert.equal(taken.status, 200, taken.text);
    assert.deepEqual(taken.json, { ...free.json, signing_email: bela.account.signingEmail });
    assert.equal((await bela.owner('GET', '/account')).json.signing_email, bela.account.signingEmail);
  }));

test('the operator may give two accounts one signing email, each with a key of its own', () =>
  withServer(async ({ bela, operator, nobody }) => {
    const body = { signing_email: bela.account.signingEmail };
    const made = await operator('POST', '/accounts', { body });
    assert.equal(made.status, 201, made.text);
    assert.notEqual(made.json.id, bela.account.id);
    const mine = await nobody('GET', '/account', { headers: { 'waybell-api-key': made.json.key } });
    assert.equal(mine.json.id, made.json.id);
    assert.equal((await bela.owner('GET', '/account')).json.id, bela.account.id);
  }));
