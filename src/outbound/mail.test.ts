import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { makeAuthority } from '../../test/support/certificates.ts';
import { type MailServerWish, openMailServer } from '../../test/support/mailServer.ts';
import { systemClock } from '../base/clock.ts';
import { NOT_MAILED } from '../pipeline/outcome.ts';
import { type Letter, type MailServer, openMailDoor } from './mail.ts';

const letter: Letter = {
  fromName: 'Åsa, the "Shop" <&>\r\nBcc: lee@x.example',
  to: 'kim@customer.example',
  replyTo: 'help@shop.example',
  id: 'dlv_1',
  subject: 'Två\r\nBcc: lee@x.example',
  text: 'one\n.\ntwo\n',
  html: '<p>ett</p>',
  language: 'sv',
  unsubscribeUrl: `https://shop.example/unsubscribe/${'a'.repeat(90)}`,
};

async function open(
  t: TestContext,
  wish: MailServerWish = {},
  said: Partial<MailServer> = {},
  authorities: readonly string[] = [],
) {
  const server = await openMailServer(t, wish);
  const door = openMailDoor({
    ...{ server: { ...server.config, ...said }, authorities, clock: systemClock, exchangeMsMax: 15_000 },
  });
  t.after(() => door.close());
  return { server, door };
}

test('a letter arrives whole, and nothing in it becomes a header or a second recipient', async (t) => {
  const { server, door } = await open(t);
  const exchange = await door.send(letter);
  assert.equal(exchange.kind === 'response' && exchange.status, 250);
  const [heard] = server.letters;
  assert.deepEqual([heard?.from, heard?.to], ['notices@waybell.example', [letter.to]]);
  const { headers = {}, text, html, raw = '' } = heard ?? {};
  assert.equal(headers.bcc, undefined);
  assert.equal(headers.subject, 'Två Bcc: lee@x.example');
  assert.equal(headers['message-id'], '<dlv_1@waybell.example>');
  assert.equal(headers['list-unsubscribe'], `<${letter.unsubscribeUrl}>`);
  assert.equal(headers['reply-to'], 'help@shop.example');
  assert.equal(text?.trimEnd(), letter.text.trimEnd());
  assert.equal(html?.trimEnd(), letter.html);
  assert.match(raw, /\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n/);
});

test('what the server says to the recipient is an answer, and what it says to the sender is our own trouble', async (t) => {
  const { server, door } = await open(t);
  for (const status of [450, 550]) {
    server.answer(() => status);
    const exchange = await door.send(letter);
    assert.deepEqual(exchange.kind === 'response' && [exchange.status, exchange.body.slice(0, 3)], [
      status,
      `${status}`,
    ]);
  }
  server.answer(() => 421);
  const closing = await door.send(letter);
  assert.ok(closing.kind === 'failure' && closing.ours);
  const bad = await door.send({ ...letter, to: 'kim@customer.example>\r\nRCPT TO:<lee@x.example' });
  assert.ok(bad.kind === 'failure' || bad.status === 501, JSON.stringify(bad));
  const none = await door.send({ ...letter, to: 'kim' });
  assert.ok(none.kind === 'failure' || none.status >= 500);
  const { door: unknown } = await open(t, { refusesSender: true });
  const refused = await unknown.send(letter);
  assert.ok(refused.kind === 'failure' && refused.ours && refused.code !== NOT_MAILED);
  assert.equal(server.letters.length, 0);
});

test('without TLS nothing is sent, unless it is plainly said otherwise, nor under a certificate that is not trusted', async (t) => {
  const { server: plain, door: asksTls } = await open(t, {}, { tls: 'starttls' });
  const refused = await asksTls.send(letter);
  assert.ok(refused.kind === 'failure' && refused.ours, JSON.stringify(refused));
  assert.equal(plain.letters.length, 0);

  const authority = await makeAuthority();
  const certificate = await authority.sign();
  for (const tls of ['starttls', 'implicit'] as const) {
    const login = { user: 'shop', password: 'pä/ss' };
    const { server, door } = await open(t, { certificate, tls, login }, {}, [authority.cert]);
    assert.equal((await door.check()).kind, 'response');
    assert.equal((await door.send(letter)).kind, 'response');
    assert.equal(server.letters[0]?.secure, true);
    const { door: stranger, server: other } = await open(t, { certificate, tls });
    const mistrusted = await stranger.send(letter);
    assert.ok(mistrusted.kind === 'failure' && mistrusted.ours);
    assert.equal(other.letters.length, 0);
  }
});

test('a password that is not taken is told without it', async (t) => {
  const login = { user: 'shop', password: 'right' };
  const { door } = await open(t, { login }, { password: 's3cret' });
  for (const exchange of [await door.send(letter), await door.check()]) {
    assert.ok(exchange.kind === 'failure' && exchange.ours);
    assert.match(exchange.reason, /^The mail server of this Waybell \(127\.0\.0\.1:\d+\) cannot be used: /);
    assert.doesNotMatch(exchange.reason, /s3cret/);
  }
});

test('more letters than there are connections wait for one, and after the end nothing is sent', async (t) => {
  const { server, door } = await open(t);
  const sent = await Promise.all(
    Array.from({ length: 30 }, (_, at) => door.send({ ...letter, id: `dlv_${at}` })),
  );
  assert.ok(sent.every(({ kind }) => kind === 'response'));
  assert.equal(new Set(server.letters.map(({ headers }) => headers['message-id'])).size, 30);
  door.close();
  const late = await door.send(letter);
  assert.ok(late.kind === 'failure' && late.ours);
});
