/**
 * Receivers that misbehave: each ends in one `Exchange`, in time, with a reason that helps, and a thousand of each leave
 * memory and connections as they were. The limits of time are shortened; what is tested is that they end everything.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answered, failed, openTestDoor } from '../support/door.ts';
import { type MisdeedName, misdeeds, openHostile } from '../support/hostile.ts';
import { until } from '../support/until.ts';

type Expected = { readonly status: number; readonly truncated: boolean } | { readonly code: string };

const expected: Readonly<Record<MisdeedName, Expected>> = {
  'no answer': { code: 'TIMEOUT' },
  'one byte a second': { code: 'TIMEOUT' },
  'an endless body': { status: 200, truncated: true },
  'an endless chunked body': { status: 200, truncated: true },
  'a gzip bomb': { status: 200, truncated: true },
  'a reset instead of an answer': { code: 'ECONNRESET' },
  'a reset within the head': { code: 'ECONNRESET' },
  'a reset after the head': { status: 200, truncated: true },
  'a half-closed connection': { code: 'ECONNRESET' },
  '100 KiB of headers': { code: 'HPE_HEADER_OVERFLOW' },
  'a header that does not end': { code: 'HPE_HEADER_OVERFLOW' },
  'a flood of informational responses': { code: 'TIMEOUT' },
  'a length that is too long': { status: 200, truncated: true },
  'a length that is too short': { status: 200, truncated: false },
  'two lengths': { code: 'HPE_INVALID_RESPONSE' },
  'a switch of protocols': { code: 'HPE_INVALID_RESPONSE' },
  'no HTTP at all': { code: 'HPE_INVALID_RESPONSE' },
  'HTTP/1.0': { status: 200, truncated: false },
  'a redirect to itself': { status: 302, truncated: false },
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const limits = { connectMsMax: 5000, exchangeMsMax: 700 };

for (const name of Object.keys(misdeeds) as MisdeedName[]) {
  test(`${name}: one end, and its connection is not kept`, async (t) => {
    const receiver = await openHostile(t, name);
    const { post } = openTestDoor(t, limits);
    const exchange = await post(receiver.url);
    const want = expected[name];
    if ('code' in want) {
      const failure = failed(exchange);
      assert.deepEqual([failure.code, failure.ours], [want.code, false], failure.reason);
      assert.match(failure.reason, /127\.0\.0\.1:\d+ /);
    } else {
      const { status, truncated } = answered(exchange);
      assert.deepEqual({ status, truncated }, want);
    }
    assert.equal(receiver.requests, 1);
    if (name !== 'a redirect to itself') await until('no connection is left', () => receiver.open === 0);
  });
}

test('a thousand of each leave neither memory nor connections behind', async (t) => {
  const names = Object.keys(misdeeds) as MisdeedName[];
  const receivers = await Promise.all(names.map((name) => openHostile(t, name)));
  const { post } = openTestDoor(t, limits);
  const round = (count: number) =>
    Promise.all(
      receivers.map((receiver) =>
        Promise.all(
          Array.from({ length: count }, (_, index) => post(receiver.url, `acc_${index % 4}`).then(() => {})),
        ),
      ),
    );
  await round(250);
  const before = heldBytes();
  for (let done = 0; done < 1000; done += 250) await round(250);
  await until('no more memory is held than before', () => heldBytes() - before < 8 * 1024 * 1024);
  await until('no more connections than may be kept', () =>
    receivers.every(({ open }) => open <= 4 * connectionsKept),
  );
});

/** Of one account and origin (`connectionsPerPool` of the door). */
const connectionsKept = 64;

function heldBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
