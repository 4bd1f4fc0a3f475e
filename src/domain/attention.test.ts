import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTracking } from '../../test/support/build.ts';
import { dayMs } from '../base/durations.ts';
import { type Attention, attentionOf } from './attention.ts';
import { type Substatus, statusOf } from './status.ts';
import type { Tracking } from './tracking.ts';

const noon = 20_000 * dayMs + dayMs / 2;

function of(substatus: Substatus, said: Partial<Tracking> = {}): Attention | null {
  const state = { status: statusOf(substatus), substatus };
  return attentionOf(aTracking({ state, newsAt: noon, ...said }), noon);
}

describe('attention', () => {
  it('is needed by what does not go as it should', () => {
    const cases: [Substatus, Attention | null][] = [
      ['exception004', 'exception'],
      ['exception009', 'exception'],
      ['exception010', 'returned'],
      ['exception011', 'returned'],
      ['undelivered002', 'failed_attempt'],
      ['expired001', 'expired'],
      ['pending005', null],
      ['notfound002', null],
      ['transit001', null],
      ['delivered001', null],
    ];
    for (const [substatus, expected] of cases) assert.equal(of(substatus), expected, substatus);
  });

  it('is not needed by what was put away, put right by hand or deleted', () => {
    const state = { status: 'exception', substatus: 'exception007' } as const;
    for (const said of [
      { archived: true },
      { manual: state },
      { deletedAt: 1 },
    ] satisfies Partial<Tracking>[])
      for (const substatus of ['exception007', 'exception010', 'undelivered001', 'expired001'] as const)
        assert.equal(of(substatus, said), null);
  });

  it('is needed by silence of seven whole days while a courier has the parcel', () => {
    const begun = 20_000 * dayMs;
    const silent = (newsAt: number, said: Partial<Tracking> = {}) => of('transit003', { newsAt, ...said });
    assert.equal(silent(begun - 7 * dayMs), null);
    assert.equal(silent(begun - 7 * dayMs - 1), 'stalled');
    const newsAt = begun - 20 * dayMs;
    assert.equal(of('pickup002', { newsAt }), 'stalled');
    assert.equal(of('inforeceived001', { newsAt }), 'stalled');
    assert.equal(of('pending001', { newsAt }), null);
    assert.equal(of('exception006', { newsAt }), 'exception');
    assert.equal(of('delivered001', { newsAt }), null);
    assert.equal(silent(newsAt, { stopped: true }), null);
    assert.equal(silent(newsAt, { archived: true }), null);
  });
});
