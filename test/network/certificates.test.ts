/** What the server trusts and what it shows: receivers with every kind of certificate, on real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import type { TLSSocket } from 'node:tls';
import { readEgress } from '../../src/outbound/egress.ts';
import { asFiles, makeAuthority, type Pair, selfSigned } from '../support/certificates.ts';
import type { Scope } from '../support/childServer.ts';
import { answered, failed, openTestDoor, straight } from '../support/door.ts';

const authority = await makeAuthority();
const stranger = await makeAuthority('Stranger');

test('a receiver of a private authority is reached with --ca, and is not without', async (t) => {
  const { url } = await listen(t, await authority.sign());
  const { ca } = asFiles(t, { ca: authority.cert });
  assert.equal(answered(await openTestDoor(t, { ca: [ca] }).post(url)).status, 200);
  const exchange = failed(await openTestDoor(t).post(url));
  assert.deepEqual(
    [exchange.phase, exchange.code, exchange.ours, exchange.address],
    ['before', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, '127.0.0.1'],
  );
  assert.match(exchange.reason, /cannot be trusted .* Install a valid one with its full chain\.$/);
});

for (const [what, made, code, words] of [
  [
    'that has expired',
    () => authority.sign({ endsInDays: -1 }),
    'CERT_HAS_EXPIRED',
    /has expired .* Renew it/,
  ],
  [
    'of another name',
    () => authority.sign({ names: [{ type: 'dns', value: 'other.example' }] }),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    /is for another name/,
  ],
  ['signed by itself', selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT', /cannot be trusted/],
  ['of an unknown authority', () => stranger.sign(), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /cannot be trusted/],
] as const) {
  test(`a certificate ${what} is refused by name, and no request is sent`, async (t) => {
    const receiver = await listen(t, await made());
    const { ca } = asFiles(t, { ca: authority.cert });
    const exchange = failed(await openTestDoor(t, { ca: [ca] }).post(receiver.url));
    assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', code, false]);
    assert.match(exchange.reason, words);
    assert.equal(receiver.requests, 0);
  });
}

test('a receiver that asks for a client certificate gets it, and refuses us without', async (t) => {
  const receiver = await listen(t, await authority.sign(), authority.cert);
  const mine = await authority.sign({ names: [{ type: 'dns', value: 'waybell.example' }] });
  const { ca, cert, key } = asFiles(t, { ca: authority.cert, cert: mine.cert, key: mine.key });
  const shown = openTestDoor(t, { ca: [ca], clientCert: cert, clientKey: key });
  assert.equal(answered(await shown.post(receiver.url)).status, 200);
  assert.match(receiver.shown ?? '', /Receiver of a test/);
  const exchange = failed(await openTestDoor(t, { ca: [ca] }).post(receiver.url));
  assert.match(exchange.code, /^ERR_SSL_|^ECONNRESET$/);
  assert.equal(receiver.requests, 1);
});

test('files that cannot be used end the start with the flag, the file and what is wrong', async (t) => {
  const [mine, other] = [await authority.sign(), await authority.sign()];
  const broken = authority.cert.replace(/\n[\w+/]{8}/, '\nAAAAAAAA');
  const files = asFiles(t, { none: 'hello\n', broken, cert: mine.cert, key: other.key });
  const { none, cert, key } = files;
  const cases = [
    [{ ca: [`${none}.gone`] }, /^--ca .*none\.gone cannot be read: ENOENT/],
    [{ ca: [none] }, /^--ca .*none holds no certificate in PEM form/],
    [{ ca: [files.broken] }, /^--ca .*broken: certificate 1 cannot be read/],
    [{ clientCert: cert }, /^--client-cert and --client-key go together/],
    [{ clientKey: key }, /^--client-cert and --client-key go together/],
    [{ clientCert: cert, clientKey: key }, /^--client-key .*key cannot be used: it is not the key of/],
    [{ clientCert: cert, clientKey: none }, /^--client-key .*none cannot be used/],
    [{ clientCert: none, clientKey: key }, /^--client-cert .*none holds no certificate/],
  ] as const;
  for (const [given, message] of cases) {
    assert.throws(() => readEgress({ ...straight, ...given }), { message });
  }
});

interface TlsReceiver {
  readonly url: string;
  readonly requests: number;
  /** Subject of the certificate that the last request's connection showed. */
  readonly shown: string | null;
}

async function listen(t: Scope, pair: Pair, clientCa?: string): Promise<TlsReceiver> {
  let requests = 0;
  let shown: string | null = null;
  const asksFor = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createServer({ ...pair, ...asksFor }, (request, response) => {
    requests++;
    shown = (request.socket as TLSSocket).getPeerX509Certificate()?.subject ?? null;
    request.resume();
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    get requests() {
      return requests;
    },
    get shown() {
      return shown;
    },
  };
}
