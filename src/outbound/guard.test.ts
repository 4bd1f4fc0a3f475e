import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import { limits } from '../domain/limits.ts';
import { type GuardOptions, makeGuard } from './guard.ts';

const invalid = 'url_invalid';

/** URLs that somebody might try, and the network that the refusal names, or `url_invalid`. */
const hostile: readonly (readonly [url: string, expected: string])[] = [
  // Loopback in every spelling that URL parsers and C libraries have ever taken.
  ['http://127.0.0.1/', '127.0.0.0/8'],
  ['https://127.0.0.1:8443/x', '127.0.0.0/8'],
  ['http://127.1/', '127.0.0.0/8'],
  ['http://127.0.1/', '127.0.0.0/8'],
  ['http://2130706433/', '127.0.0.0/8'],
  ['http://017700000001/', '127.0.0.0/8'],
  ['http://0177.0.0.1/', '127.0.0.0/8'],
  ['http://0x7f.1/', '127.0.0.0/8'],
  ['http://0x7f000001/', '127.0.0.0/8'],
  ['http://0X7F.0.0.0x1/', '127.0.0.0/8'],
  ['http://127.0.0.1./', '127.0.0.0/8'],
  ['http://127.255.255.254/', '127.0.0.0/8'],
  ['http://１２７.0.0.1/', '127.0.0.0/8'],
  ['http://127。0。0。1/', '127.0.0.0/8'],
  ['http://①②⑦.⓪.⓪.①/', '127.0.0.0/8'],
  ['http://%31%32%37.0.0.1/', '127.0.0.0/8'],
  ['http://user:password@127.0.0.1/', '127.0.0.0/8'],
  ['http://example.com@127.0.0.1/', '127.0.0.0/8'],
  ['http://example.com%40127.0.0.1/', invalid],
  ['http://localhost/', '127.0.0.0/8'],
  ['http://LOCALHOST:3000/hook', '127.0.0.0/8'],
  ['http://localhost./', '127.0.0.0/8'],
  ['http://%6c%6fcalhost/', '127.0.0.0/8'],
  ['http://ⓛocalhost/', '127.0.0.0/8'],
  ['http://app.localhost/', '127.0.0.0/8'],
  ['http://a.b.localhost./', '127.0.0.0/8'],
  ['http://[::1]/', '::1/128'],
  ['http://[0:0:0:0:0:0:0:1]:80/', '::1/128'],
  ['http://[::ffff:127.0.0.1]/', '127.0.0.0/8'],
  ['http://[::ffff:7f00:1]/', '127.0.0.0/8'],
  ['http://[::127.0.0.1]/', '::/96'],
  ['http://[::ffff:0:127.0.0.1]/', '::ffff:0:0:0/96'],
  // The metadata services of the clouds.
  ['http://169.254.169.254/latest/meta-data/', '169.254.0.0/16'],
  ['http://0xa9fea9fe/', '169.254.0.0/16'],
  ['http://[::ffff:a9fe:a9fe]/', '169.254.0.0/16'],
  ['http://[fd00:ec2::254]/', 'fc00::/7'],
  ['http://192.0.0.192/opc/v2/', '192.0.0.0/24'],
  ['http://100.100.100.200/', '100.64.0.0/10'],
  ['http://168.63.129.16:32526/vmSettings', '168.63.129.16/32'],
  ['http://2822734096/', '168.63.129.16/32'],
  ['http://[::ffff:a83f:8110]/machine/?comp=goalstate', '168.63.129.16/32'],
  // Private and special networks.
  ['http://0.0.0.0/', '0.0.0.0/8'],
  ['http://0/', '0.0.0.0/8'],
  ['http://10.0.0.1/', '10.0.0.0/8'],
  ['https://10.1/', '10.0.0.0/8'],
  ['http://172.16.0.1/', '172.16.0.0/12'],
  ['http://172.31.255.255/', '172.16.0.0/12'],
  ['http://192.168.0.1/', '192.168.0.0/16'],
  ['http://192.168.257/', '192.168.0.0/16'],
  ['http://198.18.0.1/', '198.18.0.0/15'],
  ['http://192.0.2.1/', '192.0.2.0/24'],
  ['http://192.88.99.1/', '192.88.99.0/24'],
  ['http://224.0.0.1/', '224.0.0.0/4'],
  ['http://240.0.0.1/', '240.0.0.0/4'],
  ['http://255.255.255.255/', '255.255.255.255/32'],
  ['http://[::]/', '::/128'],
  ['http://[fe80::1]/', 'fe80::/10'],
  ['http://[fec0::1]/', 'fec0::/10'],
  ['http://[fc00::1]/', 'fc00::/7'],
  ['http://[ff02::1]/', 'ff00::/8'],
  ['http://[64:ff9b::10.0.0.1]/', '64:ff9b::/96'],
  ['http://[64:ff9b:1::a00:1]/', '64:ff9b:1::/48'],
  ['http://[2002:a00:1::]/', '2002::/16'],
  ['http://[2001:0:53aa:64c::1]/', '2001::/32'],
  ['http://[2001:db8::1]/', '2001:db8::/32'],
  ['http://[3fff::1]/', '3fff::/20'],
  ['http://[5f00::1]/', '5f00::/16'],
  ['http://[100::1]/', '100::/64'],
  ['http://[4000::1]/', '4000::/2'],
  // Nothing that a webhook URL may be.
  ['', invalid],
  ['example.com/hook', invalid],
  ['//example.com/', invalid],
  ['ftp://example.com/', invalid],
  ['file:///etc/passwd', invalid],
  ['gopher://127.0.0.1:6379/_FLUSHALL', invalid],
  ['ws://example.com/', invalid],
  ['javascript:alert(1)', invalid],
  ['data:text/plain,hello', invalid],
  ['unix:/var/run/docker.sock', invalid],
  ['http+unix://%2Fvar%2Frun%2Fdocker.sock/', invalid],
  ['http:127.0.0.1/', invalid],
  ['http:/127.0.0.1/', invalid],
  ['http://', invalid],
  ['http:///hook', invalid],
  ['http://?', invalid],
  ['http://:80/', invalid],
  ['http://user@/', invalid],
  ['http://example.com/#fragment', invalid],
  ['http://example.com/#', invalid],
  ['http:\\\\127.0.0.1\\', invalid],
  ['http://example.com\\@127.0.0.1/', invalid],
  [' http://example.com/', invalid],
  ['http://example.com/ ', invalid],
  ['http://exam\nple.com/', invalid],
  ['http://local\thost/', invalid],
  ['http://example.com/\u0000', invalid],
  ['http://example.com/\r\nx-injected: 1', invalid],
  ['http://127.0.0.1%00.example.com/', invalid],
  ['http://[fe80::1%25eth0]/', invalid],
  ['http://[::1/', invalid],
  ['http://[127.0.0.1]/', invalid],
  ['http://1.2.3.4.5/', invalid],
  ['http://256.1.1.1/', invalid],
  ['http://example.com:65536/', invalid],
  ['http://example.com:0/', invalid],
  ['http://example.com:-1/', invalid],
  ['http://127.0.0.1../', invalid],
  ['http://localhost../', invalid],
  ['http://a..b/', invalid],
  ['http://./', invalid],
  [`https://example.com/${'a'.repeat(limits.urlCharsMax)}`, invalid],
  // The built-in inbox is one URL form at one address, and none of these is it.
  ['http://127.0.0.1:8080/', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/api/v1/webhooks', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/../api', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/%2e%2e/api', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/..%2fapi', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/%252e%252e%252fapi', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/token/../../api', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/..;/api', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/inbox/token/more', '127.0.0.0/8'],
  ['http://127.0.0.1:8080//inbox/token', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/INBOX/token', '127.0.0.0/8'],
  ['http://127.0.0.1:8080/api?/inbox/token', '127.0.0.0/8'],
  ['http://127.0.0.1:8081/inbox/token', '127.0.0.0/8'],
  ['http://127.0.0.1/inbox/token', '127.0.0.0/8'],
  ['http://127.0.0.2:8080/inbox/token', '127.0.0.0/8'],
  ['https://127.0.0.1:8080/inbox/token', '127.0.0.0/8'],
  ['http://[::1]:8080/inbox/token', '::1/128'],
  ['http://0.0.0.0:8080/inbox/token', '0.0.0.0/8'],
  ['http://app.localhost:8080/inbox/token', '127.0.0.0/8'],
];

for (const [url, expected] of hostile) {
  test(`${JSON.stringify(url).slice(0, 80)} is refused`, () => {
    const verdict = guard().judgeUrl(url);
    assert.ok(!verdict.ok, 'it is refused');
    assert.match(verdict.reason, /^\S.*\.$/, 'the reason is a sentence');
    if (expected === invalid) return assert.equal(verdict.code, 'url_invalid');
    assert.equal(verdict.code, 'url_refused');
    assert.ok(
      verdict.reason.endsWith(` Start the server with --allow-network ${expected} to allow it.`),
      verdict.reason,
    );
  });
}

test('the refusal says what the address is and where that is written', () => {
  const verdict = guard().judgeUrl('http://0x7f.1/');
  assert.deepEqual(verdict, {
    ok: false,
    code: 'url_refused',
    reason:
      '127.0.0.1 is a loopback address (127.0.0.0/8, RFC 1122). ' +
      'Start the server with --allow-network 127.0.0.0/8 to allow it.',
  });
});

test('an https URL on the internet is taken without a warning', () => {
  for (const url of [
    'https://example.com/hook',
    'https://user:password@example.com:8443/hook?key=1',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://münchen.example/straße',
    'HTTPS://EXAMPLE.COM./',
  ]) {
    assert.deepEqual(guard().judgeUrl(url), { ok: true, warning: null }, url);
  }
});

test('an http URL on the internet is taken with a warning', () => {
  for (const url of ['http://example.com/hook', 'http://8.8.8.8/']) {
    const verdict = guard().judgeUrl(url);
    assert.match(verdict.ok ? (verdict.warning ?? '') : '', /open on the internet.*readable/, url);
  }
});

test('an allowed network opens exactly what it names', () => {
  const { judgeUrl } = guard({ allowNetworks: ['10.0.0.0/8', 'fd12::/16'] });
  assert.deepEqual(judgeUrl('http://10.9.8.7:3000/hook'), { ok: true, warning: null });
  assert.deepEqual(judgeUrl('http://[::ffff:10.9.8.7]/'), { ok: true, warning: null });
  assert.deepEqual(judgeUrl('http://[fd12::1]/'), { ok: true, warning: null });
  for (const url of [
    'http://11.0.0.1@127.0.0.1/',
    'http://[::10.9.8.7]/',
    'http://[64:ff9b::10.9.8.7]/',
    'http://[fd13::1]/',
  ]) {
    assert.equal(judgeUrl(url).ok, false, url);
  }
});

test('localhost is open when a loopback address is', async () => {
  for (const [network, address] of [
    ['127.0.0.0/8', '127.0.0.1'],
    ['::1', '::1'],
  ] as const) {
    const { judgeUrl, resolveAndJudge } = guard({ allowNetworks: [network] });
    assert.deepEqual(judgeUrl('http://localhost:3000/'), { ok: true, warning: null });
    const resolution = await resolveAndJudge('localhost', 'acc_1');
    assert.deepEqual(resolution.ok && resolution.addresses.map((found) => found.address), [address]);
  }
});

test('a denied network is refused by its own name, in every spelling, and its neighbours are not', () => {
  const { judgeUrl, judgeAddress } = guard({ denyNetworks: ['20.1.0.0/16', ' 2a01:4f8::/32'] });
  for (const [url, cidr] of [
    ['https://20.1.2.3/hook', '20.1.0.0/16'],
    ['http://20.1.515/', '20.1.0.0/16'],
    ['http://0x14010203/', '20.1.0.0/16'],
    ['https://[::ffff:20.1.2.3]/', '20.1.0.0/16'],
    ['https://[2a01:4f8::1]/', '2a01:4f8::/32'],
  ] as const) {
    const verdict = judgeUrl(url);
    assert.ok(!verdict.ok && verdict.code === 'url_refused', url);
    const { hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const reason = `${host} is in ${cidr}, a network that this server may not call (--deny-network). Use an address outside it.`;
    assert.equal(verdict.reason, reason);
    assert.deepEqual(judgeAddress(host), { ok: false, reason });
  }
  for (const url of ['https://20.2.0.0/', 'https://20.0.255.255/', 'https://[2a01:4f9::1]/']) {
    assert.equal(judgeUrl(url).ok, true, url);
  }
});

test('what is denied stays so inside a network that is allowed', async () => {
  const both = guard({ allowNetworks: ['10.0.0.0/8'], denyNetworks: ['10.7.0.0/16'] });
  assert.equal(both.judgeUrl('http://10.6.0.1/').ok, true);
  const verdict = both.judgeUrl('http://10.7.0.1/');
  assert.ok(!verdict.ok && /10\.7\.0\.0\/16.*--deny-network/.test(verdict.reason));
  const translated = guard({ allowNetworks: ['64:ff9b::/96'], denyNetworks: ['64:ff9b::20.1.0.0/112'] });
  assert.equal(translated.judgeUrl('http://[64:ff9b::20.2.0.1]/').ok, true);
  assert.equal(translated.judgeUrl('http://[64:ff9b::20.1.0.1]/').ok, false);
  const all = guard({ denyNetworks: ['0.0.0.0/0'] });
  assert.equal(all.judgeUrl('https://8.8.8.8/').ok, false);
  assert.equal(all.judgeUrl('https://[2606:4700:4700::1111]/').ok, true);
});

test('a name is refused when any one of its addresses is denied', async () => {
  const lookup = answering('93.184.216.34', '20.1.2.3');
  const { resolveAndJudge, judge } = guard({ denyNetworks: ['20.1.0.0/16'], lookup });
  const reason =
    'erp.example.com resolves to an address that is in 20.1.0.0/16, a network that this server may not call ' +
    '(--deny-network). Use an address outside it.';
  assert.deepEqual(await resolveAndJudge('erp.example.com', 'acc_1'), {
    ok: false,
    code: 'REFUSED_ADDRESS',
    reason,
  });
  assert.deepEqual(await judge('https://erp.example.com/', 'acc_1'), {
    ok: false,
    code: 'url_refused',
    reason,
  });
});

test('localhost is denied when its loopbacks are, and is the one that is not', async () => {
  const allowNetworks = ['127.0.0.0/8', '::1'];
  const none = guard({ allowNetworks, denyNetworks: ['127.0.0.1', '::1'] });
  const verdict = none.judgeUrl('http://localhost:3000/');
  assert.ok(
    !verdict.ok && verdict.reason.startsWith('localhost is in 127.0.0.1, a network that'),
    JSON.stringify(verdict),
  );
  const one = guard({ allowNetworks, denyNetworks: ['127.0.0.1'] });
  assert.equal(one.judgeUrl('http://localhost:3000/').ok, true);
  const resolution = await one.resolveAndJudge('localhost', 'acc_1');
  assert.deepEqual(resolution.ok && resolution.addresses.map(({ address }) => address), ['::1']);
});

test('the own inbox is there even where its network is denied', () => {
  const { judgeUrl } = guard({ denyNetworks: ['127.0.0.0/8'] });
  assert.equal(judgeUrl('http://127.0.0.1:8080/inbox/token').ok, true);
});

test('localhost is loopback whatever the resolver says', async () => {
  const resolution = await guard({ lookup: answering('93.184.216.34') }).resolveAndJudge(
    'app.localhost.',
    'acc_1',
  );
  assert.ok(!resolution.ok && resolution.reason.startsWith('app.localhost is a loopback address'));
});

test('a network that is none is refused when the server starts', () => {
  assert.throws(
    () => guard({ allowNetworks: ['loopback'] }),
    /^Error: --allow-network: "loopback" is not a network/,
  );
  assert.throws(
    () => guard({ denyNetworks: ['20.0.0.0/33'] }),
    /^Error: --deny-network: "20.0.0.0\/33" has no usable/,
  );
});

test("the server's own inbox is always allowed", () => {
  for (const url of [
    'http://127.0.0.1:8080/inbox/token_1-A',
    'http://localhost:8080/inbox/token',
    'http://0x7f.1:8080/inbox/token?x=1',
    'http://127.0.0.1:8080/api/../inbox/token',
    'http://user:password@127.0.0.1:8080/inbox/token',
  ]) {
    assert.deepEqual(guard().judgeUrl(url), { ok: true, warning: null }, url);
    assert.deepEqual(guard().ownInboxOf(new URL(url)), { host: '127.0.0.1', port: 8080 }, url);
  }
});

test('the own inbox is found at whatever address the server listens on', () => {
  const at = (host: string, url: string) =>
    guard({ ownInbox: () => ({ host, port: 80 }) }).ownInboxOf(new URL(url));
  assert.deepEqual(at('[::1]', 'http://[::1]/inbox/t'), { host: '::1', port: 80 });
  assert.deepEqual(at('::1', 'http://localhost/inbox/t'), { host: '::1', port: 80 });
  assert.deepEqual(at('0.0.0.0', 'http://127.0.0.1/inbox/t'), { host: '127.0.0.1', port: 80 });
  assert.deepEqual(at('0.0.0.0', 'http://localhost/inbox/t'), { host: '127.0.0.1', port: 80 });
  assert.deepEqual(at('192.168.1.5', 'http://192.168.1.5/inbox/t'), { host: '192.168.1.5', port: 80 });
  assert.equal(at('192.168.1.5', 'http://127.0.0.1/inbox/t'), null);
  assert.equal(at('192.168.1.5', 'http://localhost/inbox/t'), null);
  assert.equal(at('example.com', 'http://example.com/inbox/t'), null);
  assert.equal(at('0.0.0.0', 'http://10.0.0.1/inbox/t'), null);
});

test('before the server listens there is no inbox', () => {
  const verdict = guard({ ownInbox: () => null }).judgeUrl('http://127.0.0.1:8080/inbox/token');
  assert.equal(verdict.ok, false);
});

test('a name is refused when any one of its addresses is', async () => {
  const { resolveAndJudge } = guard({ lookup: answering('93.184.216.34', '10.0.0.5') });
  assert.deepEqual(await resolveAndJudge('internal.example.com', 'acc_1'), {
    ok: false,
    code: 'REFUSED_ADDRESS',
    reason:
      'internal.example.com resolves to an address that is a private address (10.0.0.0/8, RFC 1918). ' +
      'Start the server with --allow-network 10.0.0.0/8 to allow it.',
  });
});

test('a name with public addresses gives all of them', async () => {
  const resolution = await guard({ lookup: answering('93.184.216.34', '2606:4700::1') }).resolveAndJudge(
    'example.com',
    'acc_1',
  );
  assert.ok(resolution.ok);
  assert.deepEqual(
    resolution.addresses.map(({ address }) => address),
    ['93.184.216.34', '2606:4700::1'],
  );
});

test('a name that does not resolve is a value, not an error', async () => {
  const missing = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  for (const lookup of [answering(), () => Promise.reject(missing)]) {
    assert.deepEqual(await guard({ lookup }).resolveAndJudge('example.test', 'acc_1'), {
      ok: false,
      code: 'ENOTFOUND',
      reason: 'The host name example.test does not exist (ENOTFOUND). Check the URL.',
    });
  }
});

test('judging a webhook that is made looks its name up', async () => {
  const bad = await guard({ lookup: answering('127.0.0.1') }).judge('https://rebind.example.com/', 'acc_1');
  assert.ok(!bad.ok && bad.code === 'url_refused' && bad.reason.includes('--allow-network 127.0.0.0/8'));
  assert.deepEqual(await guard({ lookup: answering('8.8.8.8') }).judge('https://example.com/', 'acc_1'), {
    ok: true,
    warning: null,
  });
  const inside = guard({ allowNetworks: ['10.0.0.0/8'], lookup: answering('10.0.0.5') });
  assert.deepEqual(
    await inside.judge('http://erp.example.com/', 'acc_1'),
    { ok: true, warning: null },
    'it is not on the internet',
  );
  const unknown = await guard({ lookup: answering() }).judge('https://example.test/', 'acc_1');
  assert.match(unknown.ok ? (unknown.warning ?? '') : '', /does not exist/, 'the name may be made later');
});

function guard(options: Partial<GuardOptions> = {}) {
  const own = { host: '127.0.0.1', port: 8080 };
  return makeGuard({
    allowNetworks: [],
    denyNetworks: [],
    ownInbox: () => own,
    lookup: answering(),
    ...options,
  });
}

function answering(...addresses: readonly string[]): () => Promise<readonly LookupAddress[]> {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}
