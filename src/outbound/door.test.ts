import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { systemClock } from '../base/clock.ts';
import type { Exchange } from '../domain/attempt.ts';
import { type Door, type DoorOptions, type DoorRequest, openDoor } from './door.ts';
import { type Guard, type GuardOptions, makeGuard } from './guard.ts';

/** What a receiver does with one request, which it has read to its end. */
type Play = (socket: Socket, request: string) => void;

test('a response is told with its status, headers, body, peer and times', async (context) => {
  const receiver = await receive(context, [
    say('HTTP/1.1 200 Fine', ['Content-Type: text/plain', 'X-Id: 7'], 'Grüße'),
  ]);
  const exchange = response(await open(context).exchange(to(receiver, { path: '/hook?a=1' })));
  assert.equal(exchange.status, 200);
  assert.equal(exchange.body, 'Grüße');
  assert.equal(exchange.truncated, false);
  assert.equal(exchange.headers['content-type'], 'text/plain');
  assert.equal(exchange.headers['x-id'], '7');
  assert.equal(exchange.address, '127.0.0.1');
  assert.equal(exchange.timings.dnsMs, null);
  assert.ok(exchange.timings.connectMs !== null && exchange.timings.firstByteMs !== null);
  assert.ok(exchange.timings.totalMs >= exchange.timings.connectMs);
});

test('the request is a POST of exactly the body and headers given', async (context) => {
  const receiver = await receive(context, [ok(), ok()]);
  const door = open(context);
  await door.exchange(
    to(receiver, { path: '/hook?a=1', headers: { 'webhook-id': 'dlv_1' }, body: '{"a":"é"}' }),
  );
  await door.exchange(to(receiver, { body: new TextEncoder().encode('bytes') }));
  const [first = '', second = ''] = receiver.requests;
  assert.match(first, /^POST \/hook\?a=1 HTTP\/1\.1\r\n/);
  assert.match(first, /\r\nwebhook-id: dlv_1\r\n/);
  assert.match(first, /\r\ncontent-length: 10\r\n/);
  assert.ok(first.endsWith('\r\n\r\n{"a":"é"}'));
  assert.doesNotMatch(first, /accept-encoding/i);
  assert.ok(second.endsWith('\r\n\r\nbytes'));
});

test("the URL's user and password are sent as basic credentials, unless a header says otherwise", async (context) => {
  const receiver = await receive(context, [ok(), ok()]);
  const door = open(context);
  const url = `http://me:p%40ss%25@127.0.0.1:${receiver.port}/`;
  await door.exchange(to(receiver, { url }));
  await door.exchange(to(receiver, { url, headers: { Authorization: 'Bearer mine' } }));
  const credentials = Buffer.from('me:p@ss%').toString('base64');
  assert.match(receiver.requests[0] ?? '', new RegExp(`\r\nauthorization: Basic ${credentials}\r\n`));
  assert.match(receiver.requests[1] ?? '', /\r\nAuthorization: Bearer mine\r\n/);
  assert.doesNotMatch(receiver.requests[1] ?? '', /Basic/);
});

test('a kept connection carries the next request, which needs no connecting', async (context) => {
  const receiver = await receive(context, [ok(), ok()]);
  const door = open(context);
  await door.exchange(to(receiver));
  await nextTurn();
  const second = response(await door.exchange(to(receiver)));
  assert.equal(receiver.connections, 1);
  assert.equal(second.timings.connectMs, null);
  assert.equal(second.address, '127.0.0.1');
});

test('requests of different keys share no connection', async (context) => {
  const receiver = await receive(context, [ok(), ok()]);
  const door = open(context);
  await door.exchange(to(receiver, { poolKey: 'acc_1' }));
  await door.exchange(to(receiver, { poolKey: 'acc_2' }));
  assert.equal(receiver.connections, 2);
});

test('the pool that was used least recently is closed when there are too many', async (context) => {
  const receiver = await receive(context, [ok(), ok(), ok(), ok(), ok()]);
  const door = open(context, { poolsMax: 2 });
  for (const poolKey of ['a', 'b', 'a', 'c', 'a']) response(await door.exchange(to(receiver, { poolKey })));
  assert.equal(receiver.connections, 3, 'a kept its connection while b lost it');
});

test('an error of the receiver is a response', async (context) => {
  const receiver = await receive(context, [say('HTTP/1.1 500 Internal Server Error', [], 'oops')]);
  const exchange = response(await open(context).exchange(to(receiver)));
  assert.deepEqual([exchange.status, exchange.body], [500, 'oops']);
});

test('a redirect is a response and is not followed', async (context) => {
  const elsewhere = await receive(context, [ok()]);
  const receiver = await receive(context, [
    say('HTTP/1.1 307 Temporary Redirect', [`Location: http://127.0.0.1:${elsewhere.port}/`], ''),
  ]);
  const exchange = response(await open(context).exchange(to(receiver)));
  assert.equal(exchange.status, 307);
  assert.equal(exchange.headers.location, `http://127.0.0.1:${elsewhere.port}/`);
  assert.equal(elsewhere.connections, 0);
});

test('informational responses before the real one are passed over', async (context) => {
  const receiver = await receive(context, [
    (socket) => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  ]);
  const exchange = response(await open(context).exchange(to(receiver)));
  assert.deepEqual([exchange.status, exchange.body, exchange.headers.link], [204, '', undefined]);
});

test('HTTP/1.0 without a length is read to the end of the connection', async (context) => {
  const receiver = await receive(context, [(socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nold but fine')]);
  const exchange = response(await open(context).exchange(to(receiver)));
  assert.deepEqual([exchange.status, exchange.body, exchange.truncated], [200, 'old but fine', false]);
});

test('headers come flat, in lower case, and bounded', async (context) => {
  const many = Array.from({ length: 100 }, (_, index) => `X-Many-${index}: ${'v'.repeat(20)}`);
  const receiver = await receive(context, [
    say('HTTP/1.1 200 OK', ['Set-Cookie: a=1', 'SET-COOKIE: b=2', '__proto__: x', ...many], ''),
    say('HTTP/1.1 200 OK', ['X-First: 1', `X-Long: ${'v'.repeat(9000)}`, 'X-Last: 1'], ''),
  ]);
  const door = open(context);
  const first = response(await door.exchange(to(receiver)));
  assert.equal(first.headers['set-cookie'], 'a=1, b=2');
  assert.equal(Object.keys(first.headers).length, 64);
  const second = response(await door.exchange(to(receiver)));
  assert.equal(second.headers['x-first'], '1');
  assert.equal(second.headers['x-long'], undefined);
});

test('a body is text: not UTF-8 is replaced, NUL is removed', async (context) => {
  const receiver = await receive(context, [
    say('HTTP/1.1 200 OK', [], Buffer.from([0x61, 0x00, 0xff, 0x62])),
  ]);
  assert.equal(response(await open(context).exchange(to(receiver))).body, 'a\ufffdb');
});

test('a body of exactly the limit is whole, one byte more is truncated', async (context) => {
  const receiver = await receive(context, [
    say('HTTP/1.1 200 OK', [], 'x'.repeat(100)),
    say('HTTP/1.1 200 OK', [], 'x'.repeat(101)),
  ]);
  const door = open(context, { responseBytesMax: 100 });
  const whole = response(await door.exchange(to(receiver)));
  assert.deepEqual([whole.body.length, whole.truncated], [100, false]);
  const cut = response(await door.exchange(to(receiver)));
  assert.deepEqual([cut.body.length, cut.truncated], [100, true]);
});

for (const head of [
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked',
  'HTTP/1.1 200 OK\r\nconnection: close',
  'HTTP/1.0 200 OK',
]) {
  test(`an endless body is cut off and its connection dropped: ${JSON.stringify(head)}`, async (context) => {
    let dropped: () => void = () => {};
    const isDropped = new Promise<void>((resolve) => {
      dropped = resolve;
    });
    const receiver = await receive(context, [
      (socket) => {
        socket.on('close', dropped);
        const part = head.includes('chunked') ? `400\r\n${'x'.repeat(1024)}\r\n` : 'x'.repeat(1024);
        socket.write(`${head}\r\n\r\n`);
        const more = () => {
          while (!socket.destroyed && socket.write(part));
        };
        socket.on('drain', more);
        more();
      },
      ok(),
    ]);
    const door = open(context);
    const exchange = response(await door.exchange(to(receiver)));
    assert.deepEqual([exchange.status, exchange.truncated, exchange.body.length], [200, true, 16 * 1024]);
    await isDropped;
    assert.equal(response(await door.exchange(to(receiver))).status, 200);
    assert.equal(receiver.connections, 2);
  });
}

const packers = {
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate without its header': deflateRawSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const;

for (const [name, pack] of Object.entries(packers)) {
  const encoding = `content-encoding: ${name.split(' ')[0]}`;
  test(`a body in ${name} is unpacked although nobody asked for it`, async (context) => {
    const receiver = await receive(context, [
      say('HTTP/1.1 200 OK', [encoding], pack(Buffer.from('hello '.repeat(50)))),
    ]);
    const exchange = response(await open(context).exchange(to(receiver)));
    assert.deepEqual([exchange.body, exchange.truncated], ['hello '.repeat(50), false]);
  });

  test(`a bomb in ${name} is not unpacked beyond the limit`, async (context) => {
    const bomb = pack(Buffer.alloc(8 * 1024 * 1024, 'x'));
    const receiver = await receive(context, [say('HTTP/1.1 200 OK', [encoding], bomb)]);
    const exchange = response(await open(context).exchange(to(receiver)));
    assert.equal(exchange.status, 200);
    assert.equal(exchange.truncated, true);
    assert.ok(exchange.body.length <= 16 * 1024 && /^x*$/.test(exchange.body));
  });
}

test('a packed body that is cut off gives what it held', async (context) => {
  const packed = gzipSync(
    Buffer.from(Array.from({ length: 2000 }, (_, index) => `line ${index}`).join('\n')),
  );
  const receiver = await receive(context, [
    (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`);
      socket.end(packed.subarray(0, packed.length / 2));
    },
  ]);
  const exchange = response(await open(context).exchange(to(receiver)));
  assert.equal(exchange.truncated, true);
  assert.ok(exchange.body.startsWith('line 0\nline 1\n'));
});

test('a body that is not what its encoding claims is a response all the same', async (context) => {
  const receiver = await receive(context, [
    say('HTTP/1.1 200 OK', ['content-encoding: gzip'], 'not gzip'),
    say('HTTP/1.1 200 OK', ['content-encoding: rot13'], 'uryyb'),
  ]);
  const door = open(context);
  assert.equal(response(await door.exchange(to(receiver))).status, 200);
  assert.equal(response(await door.exchange(to(receiver))).body, 'uryyb');
});

test('a receiver that never answers is a time-out', async (context) => {
  const receiver = await receive(context, [() => {}]);
  const exchange = failure(await open(context, { exchangeMsMax: 1000 }).exchange(to(receiver)));
  assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['during', 'TIMEOUT', false]);
  assert.equal(exchange.address, '127.0.0.1');
  assert.match(exchange.reason, /did not answer within 1 s/);
});

test('a head that does not end is a time-out after the response had begun', async (context) => {
  const receiver = await receive(context, [(socket) => socket.write('HTTP/1.1 200 OK\r\nx-a: 1\r\n')]);
  const exchange = failure(await open(context, { exchangeMsMax: 1000 }).exchange(to(receiver)));
  assert.deepEqual([exchange.phase, exchange.code], ['after', 'TIMEOUT']);
});

test('a body that does not end is a response, since the status is known', async (context) => {
  const receiver = await receive(context, [
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
  ]);
  const exchange = response(await open(context, { exchangeMsMax: 1000 }).exchange(to(receiver)));
  assert.deepEqual([exchange.status, exchange.body, exchange.truncated], [200, 'half', true]);
});

test('requests that wait for a connection time out without having been sent', async (context) => {
  const receiver = await receive(context, [() => {}]);
  // There is never a second connection, however late the second request is given up: nobody finds its address.
  let lookups = 0;
  const lookup = async () => (++lookups === 1 ? answering(['127.0.0.1'])() : new Promise<never>(() => {}));
  const door = open(context, { exchangeMsMax: 1000, connectionsPerPool: 1, lookup });
  const slow = request(`http://slow.example.com:${receiver.port}/`);
  const [first, second] = await Promise.all([door.exchange(slow), door.exchange(slow)]);
  assert.deepEqual([failure(first).phase, failure(second).phase], ['during', 'before']);
  assert.equal(receiver.requests.length, 1);
});

test('a request that was given up while it waited is never sent and harms no connection', async (context) => {
  const receiver = await receive(context, [ok()]);
  // There is no connection before both are given up: their name is being looked up until then.
  const found = Promise.withResolvers<void>();
  const lookup = () => found.promise.then(answering(['127.0.0.1']));
  const door = open(context, { exchangeMsMax: 2000, connectionsPerPool: 1, lookup });
  const slow = request(`http://slow.example.com:${receiver.port}/`);
  for (const exchange of await Promise.all([door.exchange(slow), door.exchange(slow)])) {
    const { phase, code } = failure(exchange);
    assert.deepEqual([phase, code], ['before', 'TIMEOUT']);
  }
  found.resolve();
  assert.equal(response(await door.exchange({ ...slow, body: 'third' })).status, 200);
  assert.deepEqual([receiver.connections, receiver.requests.length], [1, 1]);
  assert.ok(receiver.requests[0]?.endsWith('third'));
});

test('a connection that is closed before an answer is a failure during the request', async (context) => {
  const receiver = await receive(context, [(socket) => socket.resetAndDestroy(), (socket) => socket.end()]);
  const door = open(context);
  for (const how of ['reset', 'closed']) {
    const exchange = failure(await door.exchange(to(receiver)));
    assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['during', 'ECONNRESET', false], how);
    assert.match(exchange.reason, /closed the connection without an answer \(ECONNRESET\)\.$/);
  }
});

test('a connection that is reset within the head is a failure after the response had begun', async (context) => {
  const receiver = await receive(context, [sayAndReset('HTTP/1.1 200 OK\r\nx-a: 1\r\n')]);
  const exchange = failure(await open(context).exchange(to(receiver)));
  assert.deepEqual([exchange.phase, exchange.code], ['after', 'ECONNRESET']);
});

test('a connection that breaks within the body is a response', async (context) => {
  const head = 'HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nhalf';
  const receiver = await receive(context, [sayAndReset(head), (socket) => socket.end(head)]);
  const door = open(context);
  for (const how of ['reset', 'closed']) {
    const exchange = response(await door.exchange(to(receiver)));
    assert.deepEqual([exchange.status, exchange.body, exchange.truncated], [201, 'half', true], how);
  }
});

for (const text of [
  'SSH-2.0-OpenSSH_9.9\r\n',
  'HTTP/1.1 200 OK\r\nno header\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
]) {
  test(`${JSON.stringify(text)} is not an HTTP response to a POST`, async (context) => {
    const receiver = await receive(context, [(socket) => socket.end(text)]);
    const exchange = failure(await open(context).exchange(to(receiver)));
    assert.deepEqual(
      [exchange.phase, exchange.code, exchange.ours],
      ['after', 'HPE_INVALID_RESPONSE', false],
    );
    assert.match(exchange.reason, /not proper HTTP/);
  });
}

test('a head that is too large is a failure', async (context) => {
  const receiver = await receive(context, [say('HTTP/1.1 200 OK', [`x-huge: ${'v'.repeat(20_000)}`], '')]);
  const exchange = failure(await open(context).exchange(to(receiver)));
  assert.deepEqual([exchange.phase, exchange.code], ['after', 'HPE_HEADER_OVERFLOW']);
});

test('a response to nothing does not reach the next request', async (context) => {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n';
  const receiver = await receive(context, [
    (socket) => socket.write(`${answer}a${answer}b`),
    say('HTTP/1.1 202 Accepted', [], 'c'),
  ]);
  const door = open(context);
  assert.equal(response(await door.exchange(to(receiver))).body, 'a');
  assert.equal(response(await door.exchange(to(receiver))).body, 'c');
});

test('a port where nobody listens is refused before the request', async (context) => {
  const receiver = await receive(context, []);
  await receiver.close();
  const exchange = failure(await open(context).exchange(to(receiver)));
  assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', 'ECONNREFUSED', false]);
  assert.equal(exchange.address, null);
  assert.match(exchange.reason, new RegExp(`^127\\.0\\.0\\.1:${receiver.port} refused the connection`));
});

test('a receiver that speaks no TLS is told from an https URL', async (context) => {
  const receiver = await receive(context, [], 'HTTP/1.1 400 Bad Request\r\n\r\n');
  const exchange = failure(
    await open(context).exchange(to(receiver, { url: `https://127.0.0.1:${receiver.port}/` })),
  );
  assert.deepEqual(
    [exchange.phase, exchange.code, exchange.ours],
    ['before', 'ERR_SSL_WRONG_VERSION_NUMBER', false],
  );
  assert.equal(exchange.address, '127.0.0.1');
  assert.match(exchange.reason, /does not speak TLS/);
});

test('a TLS handshake that does not end is a time-out of the connection', async (context) => {
  const receiver = await receive(context, [() => {}]);
  const door = open(context, { connectMsMax: 100 });
  const exchange = failure(await door.exchange(to(receiver, { url: `https://127.0.0.1:${receiver.port}/` })));
  assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', 'TIMEOUT_CONNECT', false]);
});

test('a look-up that does not end is a time-out of the connection', async (context) => {
  const door = open(context, { connectMsMax: 100, lookup: () => new Promise(() => {}) });
  const exchange = failure(await door.exchange(request('http://example.com/')));
  assert.deepEqual([exchange.phase, exchange.code], ['before', 'TIMEOUT_CONNECT']);
});

for (const [code, ours] of [
  ['ENOTFOUND', false],
  ['EAI_AGAIN', true],
] as const) {
  test(`a name that cannot be looked up (${code}) is ${ours ? 'our failure' : "the receiver's failure"}`, async (context) => {
    const door = open(context, { lookup: () => Promise.reject(Object.assign(new Error(code), { code })) });
    const exchange = failure(await door.exchange(request('http://example.test/')));
    assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', code, ours]);
    assert.match(exchange.reason, new RegExp(`^The host name example\\.test .*\\(${code}\\)`));
    assert.ok(exchange.timings.dnsMs !== null);
  });
}

test('a refused URL is a failure with the words of the guard', async (context) => {
  const door = open(context, { allowNetworks: [] });
  const exchange = failure(await door.exchange(request('http://127.0.0.1:9/')));
  assert.deepEqual([exchange.phase, exchange.code, exchange.ours], ['before', 'REFUSED_ADDRESS', false]);
  assert.match(exchange.reason, /Start the server with --allow-network 127\.0\.0\.0\/8 to allow it\.$/);
  assert.equal(failure(await door.exchange(request('ftp://example.com/'))).code, 'URL_INVALID');
});

test('a name that resolves to a refused address is not connected to', async (context) => {
  const receiver = await receive(context, [ok()]);
  const door = open(context, { allowNetworks: [], lookup: answering(['127.0.0.1']) });
  const exchange = failure(await door.exchange(request(`http://example.com:${receiver.port}/`)));
  assert.deepEqual([exchange.phase, exchange.code, exchange.address], ['before', 'REFUSED_ADDRESS', null]);
  assert.match(exchange.reason, /^example\.com resolves to an address that is a loopback address/);
  assert.equal(receiver.connections, 0);
});

test('a denied address is not connected to, allowed or not, by its name or itself', async (context) => {
  const receiver = await receive(context, [ok()]);
  const door = open(context, { denyNetworks: ['127.0.0.1'], lookup: answering(['127.0.0.1']) });
  for (const [host, subject] of [
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['example.com', 'example.com resolves to an address that'],
  ] as const) {
    const exchange = failure(await door.exchange(request(`http://${host}:${receiver.port}/`)));
    assert.deepEqual([exchange.phase, exchange.code, exchange.address], ['before', 'REFUSED_ADDRESS', null]);
    assert.ok(exchange.reason.startsWith(`${subject} is in 127.0.0.1, a network that`), exchange.reason);
  }
  assert.equal(receiver.connections, 0);
});

test('a name that is rebound after it was judged is connected to where it was judged', async (context) => {
  const receiver = await receive(context, [ok('close'), ok('close')]);
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const door = open(context, { lookup: () => answering(answers.shift() ?? ['10.0.0.1'])() });
  const url = `http://rebind.example.com:${receiver.port}/`;
  assert.equal(response(await door.exchange(request(url))).address, '127.0.0.1');
  assert.equal(failure(await door.exchange(request(url))).code, 'REFUSED_ADDRESS');
  assert.equal(receiver.connections, 1);
});

test('the peer that was reached is judged once more, and a refused one gets no byte of the request', async (context) => {
  const receiver = await receive(context, [ok()]);
  const guard = makeGuard({ allowNetworks: [], denyNetworks: [], ownInbox: () => null });
  // As if the connection had gone elsewhere than to what the look-up gave.
  const addresses = [{ address: '127.0.0.1', family: 4 }];
  const fooled: Guard = { ...guard, resolveAndJudge: async () => ({ ok: true, addresses }) };
  const door = openDoor({ guard: fooled, clock: systemClock });
  context.after(() => door.close());
  const exchange = failure(await door.exchange(request(`http://example.com:${receiver.port}/`)));
  assert.deepEqual([exchange.phase, exchange.code], ['before', 'REFUSED_ADDRESS']);
  assert.match(exchange.reason, /^127\.0\.0\.1 is a loopback address/);
  assert.deepEqual(receiver.requests, []);
});

test('one refused address among several refuses the name', async (context) => {
  const receiver = await receive(context, [ok()]);
  const door = open(context, { lookup: answering(['127.0.0.1', '169.254.169.254']) });
  const exchange = failure(await door.exchange(request(`http://example.com:${receiver.port}/`)));
  assert.match(exchange.reason, /--allow-network 169\.254\.0\.0\/16/);
  assert.equal(receiver.connections, 0);
});

test('when one address does not answer another is tried', async (context) => {
  const receiver = await receive(context, [ok()]);
  const door = open(context, { lookup: answering(['127.0.0.2', '127.0.0.1']) });
  const exchange = response(await door.exchange(request(`http://example.com:${receiver.port}/`)));
  assert.equal(exchange.address, '127.0.0.1');
  assert.ok(exchange.timings.dnsMs !== null);
});

test('connections that are opened together share one look-up', async (context) => {
  const receiver = await receive(context, [ok(), ok(), ok()]);
  let asked = 0;
  const lookup = () => {
    asked++;
    return answering(['127.0.0.1'])();
  };
  const door = open(context, { lookup });
  const url = `http://example.com:${receiver.port}/`;
  await Promise.all([1, 2, 3].map(async () => response(await door.exchange(request(url)))));
  assert.deepEqual([asked, receiver.connections], [1, 3]);
});

test('the own inbox is reached although loopback is refused, and nothing else there is', async (context) => {
  const receiver = await receive(context, [ok(), ok()]);
  const ownInbox = () => ({ host: '127.0.0.1', port: receiver.port });
  const door = open(context, { allowNetworks: [], ownInbox });
  const at = (path: string) => door.exchange(request(`http://localhost:${receiver.port}${path}`));
  assert.equal(response(await at('/inbox/token')).status, 200);
  for (const path of ['/', '/api/v1', '/inbox/../api', '/inbox/..%2fapi', '//inbox/token']) {
    assert.equal(failure(await at(path)).code, 'REFUSED_ADDRESS', path);
  }
  assert.equal(receiver.requests.length, 1);
});

test('a kept connection that was closed between requests is replaced without a failure', async (context) => {
  const receiver = await receive(context, [
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    ok(),
  ]);
  const door = open(context);
  response(await door.exchange(to(receiver)));
  const second = response(await door.exchange(to(receiver)));
  assert.deepEqual([second.status, receiver.connections], [200, 2]);
});

test('a kept connection that is reset just before the write is replaced, since nothing was sent', async (context) => {
  const receiver = await receive(context, [ok(), ok()]);
  const door = open(context);
  response(await door.exchange(to(receiver)));
  await nextTurn();
  // Reset after undici's last look at the connection and before its write, which it makes in an Immediate too.
  setImmediate(() => receiver.sockets[0]?.resetAndDestroy());
  const second = response(await door.exchange(to(receiver, { body: 'second' })));
  assert.equal(second.status, 200);
  assert.equal(receiver.connections, 2);
  assert.equal(receiver.requests.length, 2, 'it was received once');
});

test('a kept connection that breaks after the request was sent is reported', async (context) => {
  const receiver = await receive(context, [ok(), (socket) => socket.resetAndDestroy(), ok()]);
  const door = open(context);
  response(await door.exchange(to(receiver)));
  const second = failure(await door.exchange(to(receiver)));
  assert.deepEqual([second.phase, second.code], ['during', 'ECONNRESET']);
  assert.equal(receiver.requests.length, 2, 'it was not sent again');
});

test('headers that cannot be sent are a failure, not an error', async (context) => {
  const receiver = await receive(context, []);
  const door = open(context);
  for (const headers of [
    { 'x-a': 'line\r\nbreak' },
    { 'bad name': '1' },
    { 'transfer-encoding': 'chunked' },
    { expect: '100-continue' },
  ]) {
    const exchange = failure(
      await door.exchange(to(receiver, { headers: headers as Record<string, string> })),
    );
    assert.deepEqual([exchange.phase, exchange.code], ['before', 'INVALID_REQUEST'], JSON.stringify(headers));
  }
});

test('closing the door ends what is under way as our own failure', async (context) => {
  const receiver = await receive(context, [() => {}]);
  const door = open(context, { lookup: () => new Promise(() => {}) });
  const sent = door.exchange(to(receiver));
  const waiting = door.exchange(request('http://example.com/'));
  await receiver.received(1);
  await door.close();
  for (const exchange of [await sent, await waiting, await door.exchange(to(receiver))]) {
    assert.deepEqual([failure(exchange).code, failure(exchange).ours], ['DOOR_CLOSED', true]);
  }
});

test('a thousand requests at once over a few connections are all answered', async (context) => {
  const receiver = await receive(
    context,
    Array.from({ length: 1000 }, () => ok()),
  );
  const door = open(context, { connectionsPerPool: 8 });
  const all = await Promise.all(Array.from({ length: 1000 }, () => door.exchange(to(receiver))));
  assert.ok(all.every((exchange) => exchange.kind === 'response' && exchange.status === 200));
  assert.equal(receiver.connections, 8);
});

/** A connection is free again one turn of the event loop after its response. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

interface Receiver {
  readonly port: number;
  readonly requests: readonly string[];
  readonly sockets: readonly Socket[];
  readonly connections: number;
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A receiver that plays its script, one entry a request, whatever connection it comes on. */
async function receive(context: TestContext, script: readonly Play[], greeting = ''): Promise<Receiver> {
  const plays = [...script];
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    if (greeting !== '') socket.write(greeting);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
      if (Buffer.byteLength(rest.join('\r\n\r\n')) < length) return;
      requests.push(text);
      text = '';
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      plays.shift()?.(socket, head);
    });
  });
  const close = () => closeServer(server, sockets);
  context.after(close);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    port: address.port,
    requests,
    sockets,
    get connections() {
      return sockets.length;
    },
    received: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
    close,
  };
}

function closeServer(server: Server, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

function say(status: string, headers: readonly string[], body: string | Buffer): Play {
  return (socket) => {
    const length = `content-length: ${Buffer.byteLength(body)}`;
    socket.write(Buffer.concat([`${[status, ...headers, length].join('\r\n')}\r\n\r\n`, body].map(bytes)));
  };
}

function bytes(part: string | Buffer): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

function ok(connection = 'keep-alive'): Play {
  return say('HTTP/1.1 200 OK', [`connection: ${connection}`], 'ok');
}

/** Resets only when what it said was surely read: a reset discards what still waits in the receive buffer. */
function sayAndReset(text: string): Play {
  return (socket) => socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 50));
}

function open(context: TestContext, options: Partial<Omit<DoorOptions, 'guard'> & GuardOptions> = {}): Door {
  const {
    allowNetworks = ['127.0.0.0/8'],
    denyNetworks = [],
    ownInbox = () => null,
    lookup,
    ...limits
  } = options;
  const guard = makeGuard({ allowNetworks, denyNetworks, ownInbox, ...(lookup && { lookup }) });
  const door = openDoor({ guard, clock: systemClock, ...limits });
  context.after(() => door.close());
  return door;
}

function request(url: string): DoorRequest {
  return { poolKey: 'acc_1', url, headers: { 'content-type': 'application/json' }, body: '{}' };
}

function to(
  receiver: Receiver,
  { path = '/', ...rest }: Partial<DoorRequest> & { path?: string } = {},
): DoorRequest {
  return { ...request(`http://127.0.0.1:${receiver.port}${path}`), ...rest };
}

function answering(addresses: readonly string[]): () => Promise<readonly LookupAddress[]> {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

function response(exchange: Exchange): Extract<Exchange, { kind: 'response' }> {
  assert.equal(exchange.kind, 'response', JSON.stringify(exchange));
  return exchange as Extract<Exchange, { kind: 'response' }>;
}

function failure(exchange: Exchange): Extract<Exchange, { kind: 'failure' }> {
  assert.equal(exchange.kind, 'failure', JSON.stringify(exchange));
  return exchange as Extract<Exchange, { kind: 'failure' }>;
}
