import assert from 'node:assert/strict';
import test from 'node:test';
import { mailConfig } from './mail.ts';

const from = 'notices@shop.example';

test('TLS is there unless it is plainly said otherwise, and so are the usual ports', () => {
  const read = (url: string) => {
    const { host, port, tls, user, password } = mailConfig(url, from) ?? {};
    return [host, port, tls, user, password];
  };
  assert.deepEqual(read('smtps://mail.example'), ['mail.example', 465, 'implicit', null, null]);
  assert.deepEqual(read('smtp://mail.example'), ['mail.example', 587, 'starttls', null, null]);
  assert.deepEqual(read('smtp://mail.example?tls=none'), ['mail.example', 25, 'none', null, null]);
  assert.deepEqual(read('smtp://u%40x:p%2Fw%25@[::1]:2525/'), ['::1', 2525, 'starttls', 'u@x', 'p/w%']);
});

test('who mails are from is an address, with a name or without', () => {
  const read = (text: string) => mailConfig('smtp://mail.example', text)?.from;
  assert.deepEqual(read(from), { name: null, address: from });
  assert.deepEqual(read(`"Shop & Söner" <${from}>`), { name: 'Shop & Söner', address: from });
  assert.deepEqual(read(`Shop <${from}>`), { name: 'Shop', address: from });
});

test('what is wrong is told without quoting a password', () => {
  assert.equal(mailConfig(null, null), null);
  for (const url of [
    'http://u:s3cret@x',
    'smtp://u:s3cret@x/path',
    'smtps://u:s3cret@x?tls=none',
    's3cret',
    'smtp://u:s3cret%@x',
  ])
    assert.throws(
      () => mailConfig(url, from),
      ({ message }) => /--smtp/.test(message) && !/s3cret/.test(message),
      url,
    );
  for (const text of [null, 'nobody', `Shop\r\nX: y <${from}>`, 'a@b.example, c@d.example'])
    assert.throws(() => mailConfig('smtp://mail.example', text), /--mail-from/);
  assert.throws(() => mailConfig(null, from), /--mail-from goes with --smtp/);
});
