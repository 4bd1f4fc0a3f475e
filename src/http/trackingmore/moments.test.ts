import assert from 'node:assert/strict';
import test from 'node:test';
import { momentIn, upperMomentIn } from './moments.ts';
import { filterIn as filterInV2 } from './v2/filter.ts';
import { filterIn as filterInV3 } from './v3/filter.ts';
import { filterIn as filterInV4 } from './v4/filter.ts';

const timeZone = 'Europe/Stockholm';
const momentsOf = (at: unknown) => [momentIn({ at }, 'at', timeZone), upperMomentIn({ at }, 'at', timeZone)];
const between = (first: string, last: string) => [Date.parse(first), Date.parse(last)];

test('a time is read in every form in which clients send it, and names all of its day, minute or second', () => {
  const second = between('2023-08-23T06:00:00Z', '2023-08-23T06:00:00.999Z');
  for (const text of [
    ...['2023-08-23T06:00:00+00:00', '2023-08-23T06:00:00 00:00', '2023-08-23T06:00:00 0000', '1692770400'],
    ...['2023-08-23T06:00:00Z', '2023-08-23T08:00:00+0200', '2023-08-23T08:00:00+02', '2023-08-23 08:00:00'],
    ...['2023-08-23T08:00:00 02', '2023-08-23T08:00:00.25 0200', '20230823080000', '1692770400000'],
  ])
    assert.deepEqual(momentsOf(text), second, text);
  assert.deepEqual(momentsOf(1692770400400), [1692770400400, 1692770400400]);
  const minute = between('2023-08-23T06:00:00Z', '2023-08-23T06:00:59.999Z');
  for (const text of ['2023-08-23 08:00', '2023/8/23 8:00', '202308230800', '2023-08-23T08:00 0200'])
    assert.deepEqual(momentsOf(text), minute, text);
  for (const text of ['2023-10-29', '20231029', '2023/10/29'])
    assert.deepEqual(momentsOf(text), between('2023-10-28T22:00:00Z', '2023-10-29T22:59:59.999Z'), text);
});

test('what is no time is refused, and digits that are no date are milliseconds', () => {
  for (const text of [
    'yesterday',
    '2023-13-01',
    '2023-08-23 25:00',
    '2023-08-23 0600',
    '2023-08-23T06:00:00 000',
    '1',
  ])
    assert.throws(() => momentsOf(text), /at does not have the form/, text);
  assert.equal(momentsOf('170000000000')[0], 170_000_000_000);
  assert.deepEqual(momentsOf(' '), [null, null]);
});

test('a list up to a day or a second has what was made in its last moment', () => {
  const account = { timeZone };
  const now = Date.parse('2024-03-15T12:00:00.400Z');
  for (const [said, last] of [
    ['2024-03-13', '2024-03-13T22:59:59.999Z'],
    ['2024-03-13T12:00:00Z', '2024-03-13T12:00:00.999Z'],
    ['1710331200', '2024-03-13T12:00:00.999Z'],
  ] as const) {
    const bounds = {
      created_date_max: said,
      updated_date_max: said,
      created_at_max: said,
      update_time_max: said,
    };
    for (const { createdTo, updatedTo } of [
      filterInV2({ said: bounds, account, now }),
      filterInV3(bounds, account),
      filterInV4(bounds, account),
    ])
      assert.deepEqual([createdTo, updatedTo], [Date.parse(last), Date.parse(last)]);
  }
});
