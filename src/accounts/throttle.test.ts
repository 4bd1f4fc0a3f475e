import assert from 'node:assert/strict';
import test from 'node:test';
import { AppError } from '../domain/error.ts';
import { makeThrottle, networkOf, type Throttle } from './throttle.ts';

const anna = 'anna@shop.example';
const here = '192.0.2.1';

function scene(): { throttle: Throttle; pass(seconds: number): void } {
  let now = 0;
  const throttle = makeThrottle({ monotonic: () => now });
  return { throttle, pass: (seconds) => (now += seconds * 1000) };
}

/** Seconds that a try has to wait; 0: it was taken, and was wrong. */
function tried(throttle: Throttle, email: string = anna, address: string = here): number {
  try {
    throttle.begin(email, address);
    return 0;
  } catch (error) {
    assert.ok(error instanceof AppError && error.problem.code === 'rate_limited');
    return error.extra.retry_after_seconds as number;
  }
}

function times(count: number, run: (index: number) => unknown): void {
  for (let index = 0; index < count; index++) run(index);
}

test('five wrong passwords for an email are free, then each waits twice as long, up to a minute', () => {
  const { throttle, pass } = scene();
  times(5, () => assert.equal(tried(throttle), 0));
  const waits = [];
  for (let count = 0; count < 9; count++) {
    const wait = tried(throttle);
    waits.push(wait);
    pass(wait - 0.001);
    assert.ok(tried(throttle) > 0, 'not a moment earlier');
    pass(0.001);
    assert.equal(tried(throttle), 0);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('a try that is refused does not make the wait longer', () => {
  const { throttle } = scene();
  times(5, () => tried(throttle));
  times(100, () => assert.equal(tried(throttle), 1));
});

test('many at once count from their beginning', () => {
  const { throttle } = scene();
  const begun = Array.from({ length: 50 }, () => tried(throttle));
  assert.equal(begun.filter((wait) => wait === 0).length, 5);
});

test('an email is held to its tries from wherever they come, and so is one that nobody has', () => {
  const { throttle } = scene();
  times(5, (index) => assert.equal(tried(throttle, 'nobody@shop.example', `192.0.2.${index}`), 0));
  assert.equal(tried(throttle, 'nobody@shop.example', '198.51.100.1'), 1);
  assert.equal(tried(throttle, anna, '198.51.100.1'), 0);
});

test('an address is held to twenty wrong ones, whatever the emails', () => {
  const { throttle } = scene();
  times(20, (index) => assert.equal(tried(throttle, `${index}@shop.example`), 0));
  assert.equal(tried(throttle), 1);
  assert.equal(tried(throttle, anna, '192.0.2.2'), 0);
});

test('a right password forgets the wrong ones of its email, and of its address only itself', () => {
  const { throttle } = scene();
  times(4, () => tried(throttle));
  throttle.begin(anna, here).succeeded();
  times(5, () => assert.equal(tried(throttle), 0));
  assert.equal(tried(throttle), 1);
  times(11, (index) => assert.equal(tried(throttle, `${index}@shop.example`), 0));
  assert.equal(tried(throttle, 'one@shop.example'), 1, 'nine and eleven are twenty');
});

test('what was not compared does not count', () => {
  const { throttle } = scene();
  times(30, () => throttle.begin(anna, here).withdrawn());
  times(5, () => assert.equal(tried(throttle), 0));
});

test('an hour after the last wrong one all is forgotten', () => {
  const { throttle, pass } = scene();
  times(5, () => tried(throttle));
  pass(3601);
  times(5, () => assert.equal(tried(throttle), 0));
});

test('of an IPv6 address the first 64 bits count', () => {
  assert.equal(networkOf('2001:db8:0:1::1'), networkOf('2001:DB8::1:ffff:2:3:4'));
  assert.notEqual(networkOf('2001:db8:0:1::1'), networkOf('2001:db8:0:2::1'));
  assert.equal(networkOf('::1'), '0:0:0:0');
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
});
