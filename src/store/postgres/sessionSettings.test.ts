/** What a URL's `options` say, and how long is waited for an answer. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerMsMax, settingsOf } from './sessionSettings.ts';

const at = (options: string) => settingsOf(`postgres://h/d?options=${encodeURIComponent(options)}&a=b`);

test('options are taken out of the URL, and the rest of it stays', () => {
  assert.equal(at('-c jit=on').address, 'postgres://h/d?a=b');
  assert.equal(settingsOf('postgres://h/d').address, 'postgres://h/d');
});

test('options are settings in any of the forms that a server takes', () => {
  for (const options of [
    '-c lock_timeout=9s',
    '-clock_timeout=9s',
    ' --lock-timeout=9s ',
    '-c  Lock_Timeout=9s',
  ])
    assert.equal(at(options).settings.lock_timeout, '9s', options);
  assert.equal(at(String.raw`-c search_path=a,\ b -c jit=on`).settings.search_path, 'a, b');
});

test('what is no setting is refused', () => {
  for (const options of ['-c', '-d 5', 'jit=on', '--jit', "-c a=1 '; drop table x"])
    assert.throws(() => at(options), /no setting/, options);
});

test('an answer is waited for longer than its statement may take', () => {
  const waits = { '1234': 6234, '60s': 65_000, '2min': 125_000, '0': 0, '1 day': 0, '': 0 };
  for (const [limit, ms] of Object.entries(waits))
    assert.equal(answerMsMax({ statement_timeout: limit }), ms, limit);
});
