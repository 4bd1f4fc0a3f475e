import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNetworkSet, parseNetwork, readAddress, specialNetworkOf, specialNetworks } from './addresses.ts';

/** First and last address of each special network, and the CIDR that names it. */
const special: readonly (readonly [cidr: string, first: string, last: string])[] = [
  ['0.0.0.0/8', '0.0.0.0', '0.255.255.255'],
  ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
  ['100.64.0.0/10', '100.64.0.0', '100.127.255.255'],
  ['127.0.0.0/8', '127.0.0.0', '127.255.255.255'],
  ['168.63.129.16/32', '168.63.129.16', '168.63.129.16'],
  ['169.254.0.0/16', '169.254.0.0', '169.254.255.255'],
  ['172.16.0.0/12', '172.16.0.0', '172.31.255.255'],
  ['192.0.0.0/24', '192.0.0.0', '192.0.0.255'],
  ['192.0.2.0/24', '192.0.2.0', '192.0.2.255'],
  ['192.88.99.0/24', '192.88.99.0', '192.88.99.255'],
  ['192.168.0.0/16', '192.168.0.0', '192.168.255.255'],
  ['198.18.0.0/15', '198.18.0.0', '198.19.255.255'],
  ['198.51.100.0/24', '198.51.100.0', '198.51.100.255'],
  ['203.0.113.0/24', '203.0.113.0', '203.0.113.255'],
  ['224.0.0.0/4', '224.0.0.0', '239.255.255.255'],
  ['240.0.0.0/4', '240.0.0.0', '255.255.255.254'],
  ['255.255.255.255/32', '255.255.255.255', '255.255.255.255'],
  ['::/128', '::', '::'],
  ['::1/128', '::1', '::1'],
  ['::/96', '::2', '::ffff:ffff'],
  ['::ffff:0:0:0/96', '::ffff:0:0:0', '::ffff:0:ffff:ffff'],
  ['64:ff9b::/96', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['64:ff9b:1::/48', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::/64', '100::', '100::ffff:ffff:ffff:ffff'],
  ['100:0:0:1::/64', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
  ['2001::/32', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:2::/48', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['2001:10::/28', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:20::/28', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001::/23', '2001:1::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2002::/16', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['3fff::/20', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['5f00::/16', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::/7', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::/10', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fec0::/10', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ff00::/8', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['::/3', '1000::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['4000::/2', '4000::', '7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['8000::/1', '8000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
];

/** The neighbours of the special networks, and well-known services. */
const reachable = [
  ...[
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
  ],
  ...[
    '168.63.129.15',
    '168.63.129.17',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.0.1.0',
    '192.0.3.0',
  ],
  ...['192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
  ...[
    '198.51.99.255',
    '198.51.101.0',
    '203.0.112.255',
    '203.0.114.0',
    '223.255.255.255',
    '1.1.1.1',
    '8.8.8.8',
  ],
  ...[
    '2000::',
    '2001:200::',
    '2001:db7:ffff::',
    '2001:db9::',
    '2003::',
    '2606:4700:4700::1111',
    '3ffe::',
    '3fff:1000::',
  ],
];

for (const [cidr, first, last] of special) {
  test(`${first} to ${last} is special: ${cidr}`, () => {
    assert.equal(judged(first), cidr);
    assert.equal(judged(last), cidr);
  });
}

test('the addresses beside the special networks are reachable', () => {
  for (const address of reachable) assert.equal(judged(address), null, address);
});

test('every row of the table is tested', () => {
  assert.deepEqual(new Set(special.map(([cidr]) => cidr)), new Set(specialNetworks.map(({ cidr }) => cidr)));
});

test('an IPv4-mapped address is judged as the IPv4 address', () => {
  assert.equal(judged('::ffff:10.0.0.1'), '10.0.0.0/8');
  assert.equal(judged('::ffff:7f00:1'), '127.0.0.0/8');
  assert.equal(judged('0:0:0:0:0:FFFF:a9fe:a9fe'), '169.254.0.0/16');
  assert.equal(judged('::ffff:168.63.129.16'), '168.63.129.16/32');
  assert.equal(judged('::ffff:8.8.8.8'), null);
});

test('other ways to carry an IPv4 address are special even around a public one', () => {
  assert.equal(judged('::8.8.8.8'), '::/96');
  assert.equal(judged('64:ff9b::8.8.8.8'), '64:ff9b::/96');
  assert.equal(judged('2002:808:808::'), '2002::/16');
  assert.equal(judged('2001:0:808:808::'), '2001::/32');
});

test('a zone does not change what an address is', () => {
  assert.equal(judged('fe80::1%eth0'), 'fe80::/10');
});

test('what is no address is not read', () => {
  for (const text of [
    '',
    'example.test',
    '127.1',
    '0x7f.0.0.1',
    '127.0.0.1.',
    '[::1]',
    '1.2.3.4/32',
    ':::',
  ]) {
    assert.equal(readAddress(text), null, text);
  }
});

test('a network is read from a CIDR or a single address', () => {
  assert.deepEqual(parseNetwork('10.0.0.0/8'), { family: 'ipv4', address: '10.0.0.0', prefix: 8 });
  assert.deepEqual(parseNetwork(' 192.168.1.7 '), { family: 'ipv4', address: '192.168.1.7', prefix: 32 });
  assert.deepEqual(parseNetwork('fd00::/8'), { family: 'ipv6', address: 'fd00::', prefix: 8 });
  assert.deepEqual(parseNetwork('::1'), { family: 'ipv6', address: '::1', prefix: 128 });
  assert.deepEqual(parseNetwork('::ffff:10.0.0.0/104'), { family: 'ipv4', address: '10.0.0.0', prefix: 8 });
});

test('host bits of a network are ignored', () => {
  assert.ok(includes('10.1.2.3/8', '10.200.0.1'));
  assert.ok(includes('fd00::1/8', 'fdff::1'));
});

test('a network that is not one is refused with what is wrong', () => {
  for (const text of [
    '',
    'loopback',
    'private',
    '10.0.0.0.0/8',
    'example.test',
    '10/8',
    'fe80::1%eth0/64',
    '[::1]/128',
    '/8',
  ]) {
    assert.throws(() => parseNetwork(text), /is not a network\. Write an address or a CIDR/, text);
  }
  for (const text of [
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8.5',
    '10.0.0.0/8/8',
    '10.0.0.0/0x8',
    '::/129',
  ]) {
    assert.throws(() => parseNetwork(text), /has no usable prefix length/, text);
  }
});

test('an IPv4 network covers its mapped form and nothing else', () => {
  assert.ok(includes('127.0.0.0/8', '::ffff:127.0.0.1'));
  for (const address of ['::127.0.0.1', '64:ff9b::127.0.0.1', '2002:7f00:1::', '::1', '128.0.0.1']) {
    assert.ok(!includes('127.0.0.0/8', address), address);
  }
});

test('an IPv6 network does not cover an IPv4 address', () => {
  for (const cidr of ['::/0', '::/64', '::ffff:0:0/95']) {
    assert.ok(!includes(cidr, '127.0.0.1'), cidr);
    assert.ok(!includes(cidr, '::ffff:127.0.0.1'), cidr);
  }
  assert.ok(includes('::/0', '::1'));
});

function judged(address: string): string | null {
  const literal = readAddress(address);
  assert.ok(literal !== null, `${address} is an address`);
  return specialNetworkOf(literal)?.cidr ?? null;
}

function includes(cidr: string, address: string): boolean {
  const literal = readAddress(address);
  assert.ok(literal !== null, `${address} is an address`);
  return makeNetworkSet([parseNetwork(cidr)]).has(literal);
}
