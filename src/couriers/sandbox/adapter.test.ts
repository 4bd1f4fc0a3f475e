import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../domain/limits.ts';
import { isSubstatus, statusOf } from '../../domain/status.ts';
import { normaliseNumber } from '../../domain/tracking.ts';
import { courierOf } from '../catalogue.ts';
import type { ReportedScan } from '../courier.ts';
import { confidentCourier } from '../numbers/detect.ts';
import { sandboxAdapter } from './adapter.ts';
import type { Step } from './journey.ts';
import { JOURNEYS, journeyOf } from './journeys.ts';

const createdAt = Date.UTC(2026, 2, 2, 8, 23, 0, 417);
const far = createdAt + 3_600_000;

function pollAt(seconds: number, number: string) {
  return sandboxAdapter.poll({
    number: normaliseNumber(number),
    createdAt,
    credentials: {},
    now: createdAt + seconds * 1000,
  });
}

async function wholeOf(name: string): Promise<readonly ReportedScan[]> {
  return (await pollAt(3600, `SANDBOX-${name}-1`)).scans;
}

test('a number names its journey, with or without digits, however it is written', () => {
  for (const written of [
    'SANDBOX-DELIVERED-1234',
    'sandbox delivered',
    'SANDBOX/DELIVERED/1',
    'SandboxDelivered7',
  ]) {
    assert.equal(journeyOf(normaliseNumber(written))?.name, 'DELIVERED', written);
  }
  for (const unknown of [
    'SANDBOX',
    'SANDBOX1',
    'SANDBOXNOSUCH1',
    'SANDBOXDELIVERED1X',
    'SANDBOXCONSTRUCTOR',
    'DELIVERED1',
  ]) {
    assert.equal(journeyOf(unknown), null, unknown);
  }
});

test('scans come one by one, and each answer says when the next is due', async () => {
  const number = 'SANDBOX-DELIVERED-1';
  assert.deepEqual(await pollAt(0, number), { scans: [], nextAt: createdAt + 1000 });
  const first = await pollAt(1, number);
  assert.deepEqual(first, {
    scans: [
      {
        id: 'sandbox-1',
        time: '2026-02-28T08:23:01+00:00',
        description: 'The sender has announced the parcel.',
        location: 'Lisbon, Portugal',
        status: 'inforeceived',
        substatus: 'inforeceived001',
        side: 'origin',
      },
    ],
    nextAt: createdAt + 10_000,
  });
  const last = await pollAt(58, number);
  assert.equal(last.scans.at(-1)?.time, '2026-03-02T08:23:58+00:00');
  assert.equal(last.nextAt, null);
});

test('an unknown journey and NOINFO never say anything', async () => {
  for (const number of ['SANDBOX-NOINFO-1', 'SANDBOX-NO-SUCH-JOURNEY-1', 'SANDBOX']) {
    for (const seconds of [0, 30, 3600]) {
      assert.deepEqual(await pollAt(seconds, number), { scans: [], nextAt: null });
    }
  }
});

test('asking often, seldom or again gives the same scans, each answer the beginning of the next', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...JOURNEYS.map(({ name }) => name)),
      fc.array(fc.integer({ min: -10, max: 90 }), { maxLength: 6 }),
      async (name, moments) => {
        const whole = await wholeOf(name);
        for (const seconds of moments) {
          const { scans, nextAt } = await pollAt(seconds, `SANDBOX-${name}-1`);
          assert.deepEqual(scans, whole.slice(0, scans.length));
          assert.equal(nextAt === null, scans.length === whole.length);
          assert.ok(nextAt === null || nextAt > createdAt + seconds * 1000);
        }
      },
    ),
  );
});

test('a journey starts within a second, moves every 5 to 15 and is over in about a minute', () => {
  for (const { name, steps } of JOURNEYS) {
    if (steps.length === 0) continue;
    assert.ok((steps[0] as Step).afterSeconds <= 1, name);
    for (const [index, step] of steps.entries()) {
      const gap = step.afterSeconds - (steps[index - 1]?.afterSeconds ?? step.afterSeconds - 5);
      assert.ok(gap >= 5 && gap <= 15, `${name} ${step.afterSeconds}`);
    }
    const seconds = (steps.at(-1) as Step).afterSeconds;
    assert.ok(seconds >= 50 && seconds <= 60, `${name} ${seconds}`);
  }
});

test('scans are dated in order and never ahead, but for the late one of OUTOFORDER', () => {
  for (const { name, steps } of JOURNEYS) {
    const dated = steps.map((step) => step.afterSeconds - step.agoMinutes * 60);
    assert.ok(dated.every((second, index) => second <= (steps[index] as Step).afterSeconds));
    if (name === 'OUTOFORDER') {
      const [delivered, late] = dated.slice(-2) as [number, number];
      assert.ok(late < delivered);
      dated.pop();
    }
    assert.deepEqual(
      dated,
      [...new Set(dated)].toSorted((a, b) => a - b),
      name,
    );
  }
});

test('each journey plays out what its name says', async () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    DELIVERED: ['delivered001'],
    EXCEPTION: ['exception005'],
    RETURNED: ['exception011', 'exception010'],
    LOST: ['exception007'],
    NOINFO: [],
    FAILEDATTEMPT: ['undelivered002', 'pickup001', 'delivered001'],
    CUSTOMS: ['exception006', 'transit005', 'pickup001', 'delivered001'],
    OUTOFORDER: ['delivered004', 'pickup001'],
    INTERNATIONAL: ['delivered003'],
  };
  assert.deepEqual(JOURNEYS.map(({ name }) => name).toSorted(), Object.keys(expected).toSorted());
  for (const [name, ending] of Object.entries(expected)) {
    const substatuses = (await wholeOf(name)).map(({ substatus }) => substatus);
    assert.deepEqual(substatuses.slice(substatuses.length - ending.length), ending, name);
  }
});

test('INTERNATIONAL names its destination courier with the first scan of that side', async () => {
  const before = await pollAt(34, 'SANDBOX-INTERNATIONAL-1');
  assert.equal(before.destinationCourierCode, undefined);
  const after = await pollAt(35, 'SANDBOX-INTERNATIONAL-1');
  assert.equal(after.destinationCourierCode, 'sandbox-destination');
  assert.ok(courierOf('sandbox-destination'));
  assert.deepEqual(
    [...new Set((await wholeOf('INTERNATIONAL')).map(({ side }) => side))],
    ['origin', 'destination'],
  );
});

test('scans are valid, their ids differ, and no two journeys share a city', async () => {
  const cities = new Map<string, string>();
  for (const { name } of JOURNEYS) {
    const scans = await wholeOf(name);
    assert.equal(new Set(scans.map(({ id }) => id)).size, scans.length);
    for (const { time, description, location = '', status, substatus = '' } of scans) {
      assert.match(time, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00$/);
      assert.ok(Date.parse(time) <= far);
      assert.ok(isSubstatus(substatus) && statusOf(substatus) === status);
      assert.ok(
        description.length <= limits.descriptionCharsMax && location.length <= limits.locationCharsMax,
      );
      assert.equal(cities.get(location) ?? name, name);
      cities.set(location, name);
    }
  }
});

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/reference/sandbox.md'), 'utf8');

function rowsOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^\| (?:`|\d)/.test(line));
}

test('the reference page lists every journey and no other', () => {
  const [summary = ''] = page.split('\n## ');
  const listed = rowsOf(summary);
  const expected = JOURNEYS.map(({ name, plays, steps }) => {
    const last = steps.at(-1);
    return `| \`SANDBOX-${name}-1\` | ${plays} | ${steps.length} | ${last === undefined ? '' : `${last.afterSeconds} s`} |`;
  });
  assert.deepEqual(listed, expected);
  const titles = [...page.matchAll(/^## `SANDBOX-([A-Z]+)`$/gm)].map((match) => match[1]);
  assert.deepEqual(
    titles,
    JOURNEYS.filter(({ steps }) => steps.length > 0).map(({ name }) => name),
  );
});

test('the reference page tells every step as it is played', () => {
  for (const { name, steps } of JOURNEYS) {
    const section = page.split(`\n## \`SANDBOX-${name}\`\n`)[1]?.split('\n## ')[0] ?? '';
    assert.deepEqual(rowsOf(section), steps.map(rowOf), name);
  }
});

test('every sandbox number on the page is recognised and names a journey', () => {
  const numbers = page.match(/SANDBOX-[A-Z]+-\d+/g) ?? [];
  assert.ok(numbers.length > JOURNEYS.length);
  for (const number of numbers) {
    assert.equal(confidentCourier(normaliseNumber(number)), 'sandbox');
    assert.ok(journeyOf(normaliseNumber(number)), number);
  }
});

function rowOf(step: Step): string {
  const cells = [
    `${step.afterSeconds} s`,
    ageOf(step.agoMinutes),
    `\`${statusOf(step.substatus)}\``,
    `\`${step.substatus}\``,
    step.side,
    step.description,
    step.location,
  ];
  return `| ${cells.join(' | ')} |`;
}

function ageOf(minutes: number): string {
  const hours = minutes / 60;
  if (hours === 0) return 'now';
  return hours % 24 === 0 ? `${hours / 24} d ago` : `${hours} h ago`;
}
