import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  afterHint,
  afterSignal,
  allowed,
  newWindow,
  type Signal,
  signalKind,
  type Window,
} from './window.ts';

const cap = 32;

function signal(kind: Signal['kind'], said: Partial<Signal> = {}): Signal {
  return { kind, parcel: 'a', startedAt: 0, now: 0, askedMs: 0, random: 0, share: 1, ...said };
}

/** Ends of requests one after another, each begun after the last ended. */
function after(window: Window, ...signals: readonly Partial<Signal>[]): Window {
  let time = Math.max(0, window.shrunkAt);
  let result = window;
  for (const said of signals) {
    time += 2;
    result = afterSignal(
      result,
      cap,
      signal(said.kind ?? 'answered', { startedAt: time - 1, now: time, ...said }),
    );
  }
  return result;
}

const strain = (parcel: string): Partial<Signal> => ({ kind: 'strain', parcel });
const away = after(newWindow(cap), strain('a'), strain('b'), strain('c'));

test('success doubles the window, round by round, to the cap', () => {
  let window = newWindow(cap);
  const sizes = [allowed(window, 0)];
  while (allowed(window, 0) < cap) {
    window = after(window, ...Array.from({ length: allowed(window, 0) }, () => ({})));
    sizes.push(allowed(window, 0));
  }
  assert.deepEqual(sizes, [4, 8, 16, 32]);
  assert.equal(allowed(after(window, {}, {}), 0), cap);
});

test('one parcel alone never shrinks it, whatever becomes of its requests', () => {
  const window = after(newWindow(cap), ...Array.from({ length: 50 }, () => strain('poisonous')));
  assert.equal(allowed(window, 0), 4);
});

test('a receiver that is away closes it within two rounds', () => {
  assert.equal(away.size, 0);
  assert.equal(allowed(away, away.probeAt - 1), 0);
  assert.equal(allowed(away, away.probeAt), 1);
});

test('what was under way when it shrank does not shrink it again', () => {
  const wide = after(newWindow(cap), ...Array.from({ length: 28 }, () => ({})));
  const now = 1000;
  let window = wide;
  for (let one = 0; one < cap; one++)
    window = afterSignal(window, cap, signal('strain', { parcel: `p${one}`, startedAt: 500, now }));
  assert.equal(allowed(window, now), 16);
});

test('a receiver that limits the rate is met between half and all of what it takes', () => {
  const capacity = 10;
  let window = newWindow(cap);
  const sizes: number[] = [];
  for (let round = 1; round < 200; round++) {
    const sent = allowed(window, round * 1000);
    for (let one = 0; one < sent; one++) {
      const kind = one < capacity ? 'answered' : 'too_many';
      window = afterSignal(
        window,
        cap,
        signal(kind, { parcel: `${one}`, startedAt: round * 1000, now: round * 1000 + 10 }),
      );
    }
    if (round > 20) sizes.push(sent);
  }
  assert.ok(Math.min(...sizes) >= capacity / 2 - 1, `${Math.min(...sizes)}`);
  assert.ok(Math.max(...sizes) <= capacity + 1, `${Math.max(...sizes)}`);
});

test('the pause before a probe doubles to a minute, and a probe that is answered opens the window at one', () => {
  let window = away;
  const pauses: number[] = [];
  for (let probe = 0; probe < 9; probe++) {
    pauses.push(window.probeAt - window.shrunkAt);
    const startedAt = window.probeAt;
    window = afterSignal(
      window,
      cap,
      signal('strain', { parcel: `p${probe}`, startedAt, now: startedAt + 5 }),
    );
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  const startedAt = window.probeAt;
  const open = afterSignal(window, cap, signal('answered', { startedAt, now: startedAt + 5 }));
  assert.equal(open.size, 1);
  const again = after(open, strain('y'));
  assert.equal(again.probeAt - again.shrunkAt, 1000);
});

test('of several processes each probes as much more rarely as its share is small; that another was answered ends the pause', () => {
  const closedAt = (share: number): Window =>
    after(newWindow(cap), ...['a', 'b', 'c'].map((parcel) => ({ ...strain(parcel), share })));
  const pauseOf = ({ probeAt, shrunkAt }: Window): number => probeAt - shrunkAt;
  assert.deepEqual([1, 1 / 2, 1 / 4].map(closedAt).map(pauseOf), [1000, 2000, 4000]);
  let window = closedAt(1 / 64);
  for (let probe = 0; probe < 10; probe++) {
    const startedAt = window.probeAt;
    window = afterSignal(
      window,
      cap,
      signal('strain', { parcel: `p${probe}`, startedAt, now: startedAt, share: 1 / 64 }),
    );
  }
  assert.equal(pauseOf(window), 300_000);
  const now = window.shrunkAt + 5;
  assert.equal(allowed(window, now), 0);
  assert.equal(allowed(afterHint(window, now), now), 1);
  const open = newWindow(cap);
  assert.equal(afterHint(open, now), open);
});

test('a closed window waits as long as the receiver asks, up to ten minutes', () => {
  const asked = (askedMs: number): number => {
    const window = after(newWindow(cap), strain('a'), strain('b'), {
      kind: 'too_many',
      parcel: 'c',
      askedMs,
    });
    return window.probeAt - window.shrunkAt;
  };
  assert.equal(asked(90_000), 90_000);
  assert.equal(asked(86_400_000), 600_000);
});

test('no answer, 429, 502, 503 and 504 are strain; other answers are not', () => {
  const timings = { dnsMs: null, connectMs: null, firstByteMs: null, totalMs: 1 };
  const answered = (status: number): Signal['kind'] =>
    signalKind({ kind: 'response', status, headers: {}, body: '', truncated: false, address: null, timings });
  assert.deepEqual([200, 301, 400, 404, 410, 500].map(answered), Array(6).fill('answered'));
  assert.deepEqual([502, 503, 504].map(answered), Array(3).fill('strain'));
  assert.equal(answered(429), 'too_many');
  const failure = {
    kind: 'failure',
    phase: 'during',
    code: 'TIMEOUT',
    reason: '',
    ours: false,
    address: null,
    timings,
  } as const;
  assert.equal(signalKind(failure), 'strain');
});

const signals = fc.array(
  fc.record({
    kind: fc.constantFrom<Signal['kind']>('answered', 'strain', 'too_many'),
    parcel: fc.constantFrom('a', 'b', 'c'),
    lasts: fc.nat(20_000),
    askedMs: fc.constantFrom(0, 5000, 1e9),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    share: fc.integer({ min: 1, max: 64 }).map((shards) => shards / 64),
  }),
  { maxLength: 200 },
);

test('whatever happens it stays within 0 and the cap, and a closed one opens again within the longest pause', () => {
  fc.assert(
    fc.property(signals, fc.integer({ min: 1, max: 64 }), (ends, most) => {
      let window = newWindow(most);
      let now = 0;
      for (const { lasts, ...said } of ends) {
        const startedAt = now;
        now += lasts;
        window = afterSignal(window, most, { ...said, startedAt, now });
        assert.ok(window.size >= 0 && window.size <= most);
        assert.ok(window.size === 0 || allowed(window, now) >= 1);
        if (window.size === 0)
          assert.ok(window.probeAt <= now + 660_000 && allowed(window, window.probeAt) === 1);
      }
      const startedAt = Math.max(now, window.probeAt);
      const opened = afterSignal(window, most, signal('answered', { startedAt, now: startedAt }));
      assert.ok(allowed(opened, startedAt) >= 1);
    }),
  );
});

test('strain of a single parcel among good answers of others changes nothing but the name of the suspect', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (script) => {
      let window = newWindow(cap);
      let healthy = newWindow(cap);
      for (const isBad of script) {
        window = after(window, isBad ? strain('poisonous') : { parcel: 'good' });
        if (!isBad) healthy = after(healthy, { parcel: 'good' });
      }
      assert.equal(window.size, healthy.size);
    }),
  );
});
