/** What the console makes of a table of shipments before it is sent, and of the answers afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../console/src/api/refusal.ts';
import { batchesOf } from '../../console/src/shipments/batches.ts';
import { recognise } from '../../console/src/shipments/columns.ts';
import { delimiterOf, readTable } from '../../console/src/shipments/csv.ts';
import { endOfDay, startOfDay } from '../../console/src/shipments/days.ts';
import { draftsOf } from '../../console/src/shipments/drafts.ts';
import { filterOf, queryOf, readFilter } from '../../console/src/shipments/filter.ts';
import { doMany, patiently } from '../../console/src/shipments/many.ts';
import { csvOf, lineOf } from '../../console/src/shipments/report.ts';
import { byDay, readWallTime } from '../../console/src/shipments/wallTime.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const couriers = [
  { code: 'usps', name: 'USPS', kind: 'post', country: 'US', homepage: null, phone: null, pollable: false },
];

test('what separates the cells of a file is recognised, also where texts in quotation marks have commas', () => {
  assert.equal(delimiterOf('number;title\nA1;"a, b, c, d"\nA2;e,f'), ';');
  assert.equal(delimiterOf('number\tcourier\nA1\tusps'), '\t');
  assert.equal(delimiterOf('LX203960974CN\nLX203960975CN'), ',');
});

test('a file is read in the encodings that spreadsheets write, and rows keep their places', () => {
  const table = readTable(bytes('\uFEFFnumber,title\r\n\r\nA1,"two\nlines, one cell"\r\n'));
  assert.ok(!('fault' in table));
  assert.deepEqual(table.rows, [['number', 'title'], [''], ['A1', 'two\nlines, one cell']]);
  const windows = readTable(Uint8Array.from([...bytes('A1;M'), 0xfc, ...bytes('ller')]));
  assert.deepEqual('rows' in windows && windows.rows, [['A1', 'Müller']]);
  const utf16 = readTable(Uint8Array.from([0xff, 0xfe, 0x41, 0, 0x31, 0]));
  assert.deepEqual('rows' in utf16 && utf16.rows, [['A1']]);
});

test('a file that cannot be read says why, and where', () => {
  assert.deepEqual(readTable(bytes(' \n')), { fault: 'empty' });
  assert.deepEqual(readTable(bytes('A1,x\nA2,"never ends\nA3,y')), { fault: 'quote', row: 2 });
  assert.deepEqual(readTable(Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0])), { fault: 'other', row: 1 });
  assert.deepEqual(readTable(bytes('A1\n'.repeat(100_002))), { fault: 'tooManyRows' });
});

test('columns are recognised by their names, in many spellings', () => {
  const rows = [
    ['Order No.', 'Tracking Number', 'Carrier', 'E-Mail', 'Weight'],
    ['1', 'LX203960974CN', 'usps', 'a@example.com', '2'],
  ];
  const { hasHeader, mapping } = recognise(rows);
  assert.equal(hasHeader, true);
  assert.deepEqual(mapping, ['order_number', 'tracking_number', 'courier_code', 'customer_email', null]);
});

test('without names the column that looks like numbers of parcels is taken', () => {
  const rows = [
    ['Kettle', 'LX203960974CN'],
    ['Cup', 'LX203960988CN'],
  ];
  assert.deepEqual(recognise(rows), { hasHeader: false, mapping: [null, 'tracking_number'] });
});

test('rows without a number, or with one that a spreadsheet rounded, are held back; the server judges all else', () => {
  const rows = [
    ['number', 'courier', 'to'],
    ['="00123456"', 'USPS', 'us'],
    ['', 'usps', 'US'],
    ['9.40011E+21', '', ''],
    [''],
    ['AA-1', 'no-such', 'US'],
    ['AA1', 'no-such', 'Sweden'],
    ['B12', '', 'Sweden'],
  ];
  const drafts = draftsOf({
    rows,
    mapping: ['tracking_number', 'courier_code', 'destination_country'],
    hasHeader: true,
    couriers,
  });
  assert.deepEqual(
    drafts.map(({ row, fault, doubt }) => [row, fault, doubt]),
    [
      [2, null, null],
      [3, 'noNumber', null],
      [4, 'rounded', null],
      [6, null, 'courier'],
      [7, null, 'courier'],
      [8, null, 'country'],
    ],
  );
  assert.deepEqual(drafts[0]?.update, {
    tracking_number: '00123456',
    courier_code: 'usps',
    destination_country: 'us',
  });
});

test('a call has at most a thousand rows and no more bytes than the server takes, and a key of its own', () => {
  const drafts = Array.from({ length: 2500 }, (_, n) => ({
    row: n + 1,
    update: { tracking_number: `N${n}` },
    fault: null,
    doubt: null,
  }));
  const batches = batchesOf(drafts);
  assert.deepEqual(
    batches.map(({ drafts: { length } }) => length),
    [1000, 1000, 500],
  );
  assert.equal(new Set(batches.map(({ key }) => key)).size, 3);
  const small = batchesOf(drafts.slice(0, 10), 60);
  assert.ok(small.length > 3);
  assert.deepEqual(
    small.flatMap((batch) => batch.drafts),
    drafts.slice(0, 10),
  );
});

test('what a spreadsheet would take for a formula is no formula in the report', () => {
  const text = csvOf(
    ['row', 'number'],
    [
      ['2', '=HYPERLINK("http://x.example")'],
      ['3', '+1'],
      ['4', '@A1'],
      ['5', '-1'],
    ],
  );
  assert.equal(
    text,
    '\uFEFFrow,number\r\n2,"\'=HYPERLINK(""http://x.example"")"\r\n3,"\'+1"\r\n4,"\'@A1"\r\n5,"\'-1"\r\n',
  );
});

test('an answer says whether a row was new, changed something, changed nothing or was refused', () => {
  const draft = { row: 7, update: { tracking_number: 'A1' }, fault: null, doubt: null };
  const taken = {
    tracking_id: 'trk_1',
    tracking_number: 'A1',
    courier_code: null,
    status: 'pending',
  } as const;
  const outcomeOf = (revision: number, changed: boolean) =>
    lineOf(draft, { ...taken, revision, changed }).outcome;
  assert.deepEqual(
    [outcomeOf(1, true), outcomeOf(3, true), outcomeOf(1, false)],
    ['created', 'updated', 'unchanged'],
  );
  const refused = lineOf(draft, { error: { code: 'courier_unknown', message: 'No such courier.' } });
  assert.deepEqual([refused.row, refused.outcome, refused.message], [7, 'refused', 'No such courier.']);
  assert.equal(lineOf(draft, undefined).outcome, 'notSent');
});

test('a filter of the address becomes parameters of the list, and a saved view the same filter again', () => {
  const filter = readFilter({
    search: 123,
    status: 'delivered,transit,nonsense',
    attention: 'any',
    archived: true,
    courier: 'usps',
    from: '2026-03-29',
    to: '2026-03-29',
    other: 'x',
  });
  assert.deepEqual(filter, {
    search: '123',
    status: 'transit,delivered',
    attention: 'any',
    courier: 'usps',
    from: '2026-03-29',
    to: '2026-03-29',
  });
  const query = queryOf(filter, 'Europe/Stockholm');
  assert.deepEqual(query, {
    search: '123',
    status: 'transit,delivered',
    attention: 'any',
    courier_code: 'usps',
    created_from: '2026-03-28T23:00:00.000Z',
    created_to: '2026-03-29T21:59:59.999Z',
  });
  assert.deepEqual(filterOf(query, 'Europe/Stockholm'), filter);
  assert.deepEqual(queryOf({}, 'UTC'), { archived: 'false' });
  assert.deepEqual(filterOf(queryOf({ archived: true }, 'UTC'), 'UTC'), { archived: true });
});

test('a day begins and ends by the clock of its zone, also where the clock is changed', () => {
  assert.equal(startOfDay('2026-10-25', 'Europe/Stockholm'), '2026-10-24T22:00:00.000Z');
  assert.equal(endOfDay('2026-10-25', 'Europe/Stockholm'), '2026-10-25T22:59:59.999Z');
  assert.equal(startOfDay('2026-04-05', 'Pacific/Auckland'), '2026-04-04T11:00:00.000Z');
  assert.equal(startOfDay('2026-01-01', 'Asia/Tokyo'), '2025-12-31T15:00:00.000Z');
  // Their clocks go from midnight to one.
  assert.equal(startOfDay('2026-09-06', 'America/Santiago'), '2026-09-06T04:00:00.000Z');
  assert.equal(endOfDay('2026-09-05', 'America/Santiago'), '2026-09-06T03:59:59.999Z');
  assert.equal(startOfDay('2026-04-24', 'Africa/Cairo'), '2026-04-23T22:00:00.000Z');
  // Theirs have midnight twice.
  assert.equal(startOfDay('2026-11-01', 'America/Havana'), '2026-11-01T04:00:00.000Z');
});

test('the time of a checkpoint is read as it was reported, and days follow the order of the checkpoints', () => {
  assert.deepEqual(readWallTime('2026-03-02'), { day: '2026-03-02', time: null, offset: null });
  assert.deepEqual(readWallTime('2026-03-02T10:05'), { day: '2026-03-02', time: '10:05', offset: null });
  const whole = { day: '2026-03-02', time: '10:05:07', offset: '+08:00' };
  assert.deepEqual(readWallTime('2026-03-02T10:05:07+08:00'), whole);
  assert.equal(readWallTime('2026-03-02T10:05:07Z')?.offset, 'UTC');
  assert.equal(readWallTime('yesterday'), null);
  const times = ['2026-03-02T01:00+08:00', '2026-03-01T20:00+01:00', '2026-03-01', '2026-03-02'];
  const days = byDay(times.map((time) => ({ time })));
  assert.deepEqual(
    days.map(({ day, ones }) => [day, ones.length]),
    [
      ['2026-03-02', 1],
      ['2026-03-01', 2],
      ['2026-03-02', 1],
    ],
  );
});

test('what the server asks to come back with later is waited out, and what it refuses is not asked twice', async () => {
  const later = (status: number, retryAfter: number | null) =>
    new Refusal({ status, code: 'later', detail: 'Later.', retryAfter });
  const answers = [later(429, 7), later(503, null), later(0, null), later(0, null), 'done'];
  const waits: number[] = [];
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Refusal) throw answer;
    return answer;
  };
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const { signal } = new AbortController();
  assert.equal(await patiently(ask, signal, wait), 'done');
  assert.deepEqual(waits, [7000, 1000, 1000, 2000]);
  answers.push(later(422, null), 'never');
  await assert.rejects(patiently(ask, signal, wait), { status: 422 });
  answers.splice(0, 1, ...Array.from({ length: 6 }, () => later(0, null)));
  await assert.rejects(patiently(ask, signal, wait), { status: 0 }, 'A connection that is gone is told.');
});

test('of many, what is refused hinders no other, and nothing is begun after a halt', async () => {
  const halting = new AbortController();
  const done: string[] = [];
  const counts: number[] = [];
  const run = async (item: string) => {
    if (item === 'c') throw new Refusal({ status: 404, code: 'tracking_not_found', detail: 'Gone.' });
    done.push(item);
    if (done.length === 5) halting.abort();
  };
  const items = [...'abcdefghijklmnop'];
  const refused = await doMany({ items, run, signal: halting.signal, onDone: (count) => counts.push(count) });
  assert.deepEqual(refused, [{ item: 'c', message: 'Gone.' }]);
  assert.ok(done.length >= 5 && done.length < 9, `${done.length} were done.`);
  assert.deepEqual(
    counts,
    counts.toSorted((one, other) => one - other),
  );
});
