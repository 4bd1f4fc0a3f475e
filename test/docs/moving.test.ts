/** The program of the guide for those who move: it is run as it stands there, from one server to another. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { type TestServer, withServer } from '../support/server.ts';

const run = promisify(execFile);

test('the guide’s program brings trackings over with their fields, their history and their state, and may be run again', async () => {
  const guide = await readFile(
    new URL('../../docs/guides/move-from-trackingmore.md', import.meta.url),
    'utf8',
  );
  const program = [...guide.matchAll(/```js\n(.*?)```/gs)].find(([, code]) =>
    code?.includes('updateOf'),
  )?.[1];
  const folder = await mkdtemp(path.join(tmpdir(), 'waybell-moving-'));
  try {
    const file = path.join(folder, 'bring-over.mjs');
    await writeFile(file, program as string);
    // Another Waybell stands for TrackingMore, whose version 4 it answers.
    await withServer((theirs) => withServer((ours) => moves(file, theirs, ours)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function moves(file: string, theirs: TestServer, ours: TestServer): Promise<void> {
  const fields = {
    ...{
      order_id: '#77',
      title: 'A lamp',
      customer_phone: '+1 555 0100',
      note: 'Fragile',
      ship_date: '20240301',
    },
    ...{ origin_country: 'CN', destination_country: 'SE', lookup_postcode: '11122' },
  };
  const delivered = [
    { time: '2024-03-10 09:00', description: 'Picked up', location: 'Shanghai, China', status: 'transit001' },
    {
      time: '2024-03-14 15:30',
      description: 'Handed over',
      location: 'Malmö, Sweden',
      status: 'delivered001',
    },
  ];
  const updates = [
    { tracking_number: 'LX203960974CN', courier_code: 'china-ems', ...fields, checkpoints: delivered },
    { tracking_number: 'PENDING1', courier_code: 'usps' },
  ];
  await theirs.anna.owner('POST', '/updates', { body: { updates } });
  const env = {
    ...{ TRACKINGMORE_URL: theirs.url, TRACKINGMORE_API_KEY: theirs.anna.member.key },
    ...{ WAYBELL_URL: ours.url, WAYBELL_API_KEY: ours.anna.member.key },
  };
  for (let times = 0; times < 2; times++) {
    const { stdout } = await run(process.execPath, [file], { env });
    assert.equal(stdout, 'page 1: 2 of 2\n');
  }
  const listOf = async ({ anna }: TestServer) => {
    const { data } = (await anna.member('GET', '//v4/trackings/get')).json;
    return data.map(({ id: _, created_at: __, update_at: ___, ...told }: Record<string, unknown>) => told);
  };
  const byNumber = (one: { tracking_number: string }, other: { tracking_number: string }) =>
    one.tracking_number.localeCompare(other.tracking_number);
  assert.deepEqual((await listOf(ours)).toSorted(byNumber), (await listOf(theirs)).toSorted(byNumber));
}
