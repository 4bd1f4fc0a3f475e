import assert from 'node:assert/strict';
import test from 'node:test';
import { archivedIn, listIn, statusesIn, textIn } from './said.ts';
import { filterIn as filterInV2 } from './v2/filter.ts';
import { filterIn as filterInV3 } from './v3/filter.ts';

const account = { timeZone: 'UTC' };

test('a text is read as texts are kept: without spaces around it, control characters and halves of surrogate pairs', () => {
  for (const [said, read] of [
    ['  a b ', 'a b'],
    ['a\0\u0007b', 'ab'],
    ['a\ud800', 'a\ufffd'],
    ['\0 ', null],
    [42, '42'],
    [null, null],
  ] as const)
    assert.equal(textIn({ said }, 'said'), read);
  assert.deepEqual(listIn({ said: 'a\0, \ud800,,\0' }, 'said'), ['a', '\ufffd']);
});

test('a status is looked for once, however often it is said', () => {
  const status = 'Delivered,delivered, notfound,inforeceived,delivered';
  assert.deepEqual(statusesIn({ status }, 'status'), ['delivered', 'notfound', 'inforeceived']);
  const filters = [
    filterInV2({ said: { status }, account, now: 0 }),
    filterInV3({ delivery_status: status }, account),
  ];
  for (const { statuses } of filters)
    assert.deepEqual(statuses?.toSorted(), ['delivered', 'inforeceived', 'notfound']);
  assert.equal(statusesIn({ status: ' , ' }, 'status'), null);
  assert.throws(() => statusesIn({ status: 'delivered,lost' }, 'status'), {
    message: 'This is not a status.',
  });
});

test('whether it is archived is said by a word or a truth value', () => {
  for (const said of ['archived', 'TRUE', '1', 1, true]) assert.equal(archivedIn({ said }, 'said'), true);
  for (const said of ['tracking', 'false', 0, false]) assert.equal(archivedIn({ said }, 'said'), false);
  for (const said of ['', null, undefined]) assert.equal(archivedIn({ said }, 'said'), null);
  assert.throws(() => archivedIn({ said: 'perhaps' }, 'said'));
});
