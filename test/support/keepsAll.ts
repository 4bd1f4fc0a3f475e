/**
 * Nothing that was acknowledged is lost, and each parcel's arrives in order, whatever befalls the store or the server
 * meanwhile: updates are reported to a server that is a process of its own, whose webhook leads to a receiver that counts.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ChildServer } from './childServer.ts';
import { openScriptedReceiver, type ScriptedReceiver } from './scriptedReceiver.ts';
import { until } from './until.ts';

const updatesPerCall = 5;
const reporters = 4;
const updatesBetweenDeaths = 100;
/** One may hit what has just begun; the second hits what goes on after the first. */
const usualDeaths = process.env.WAYBELL_TEST_WHOLE === '1' ? 3 : 2;

/** A call is refused with 503, told when to come again, and `/readyz` says so, while the store cannot be used. */
export async function refusesMeanwhile(server: ChildServer): Promise<void> {
  const answer = await server.call('POST', '/updates', { body: { updates: [updateOf('DOWN', 0)] } });
  assert.equal(answer.status, 503, answer.text);
  assert.ok(answer.headers.has('retry-after'));
  await readyzSays(server, 503);
}

/** An answer of it holds for a second. */
async function readyzSays(server: ChildServer, status: number): Promise<void> {
  await until(`/readyz says ${status}`, async () => (await server.call('GET', '//readyz')).status === status);
}

/**
 * Reports updates while something dies now and then, which is over when `die` resolves; gives the statuses of the answers
 * that were no success.
 */
export async function keepsAll(
  t: TestContext,
  server: ChildServer,
  prefix: string,
  die: () => Promise<void>,
  deaths = usualDeaths,
): Promise<number[]> {
  const receiver = await openScriptedReceiver(t);
  const body = {
    url: receiver.url,
    version: 'standard',
    callback: true,
    fires_on: 'every_update',
    retry_seconds: Array(50).fill(1),
  };
  const { status, text, json } = await server.call('POST', '/webhooks', { body });
  assert.equal(status, 201, text);

  const acknowledged: string[] = [];
  const refused: number[] = [];
  const stream = { ended: false };
  const reporting = Array.from({ length: reporters }, (_, reporter) => report(`${prefix}${reporter}`));
  for (let death = 0; death < deaths; death++) {
    const enough = acknowledged.length + updatesBetweenDeaths;
    await until('more updates are acknowledged', () => acknowledged.length >= enough);
    await die();
  }
  stream.ended = true;
  await Promise.all(reporting);
  const lost = () => {
    const seen = acceptedBy(receiver);
    return acknowledged.filter((key) => !seen.has(key));
  };
  await until('all that was acknowledged is accepted', () => lost().length === 0);
  assert.ok(acknowledged.length >= deaths * updatesBetweenDeaths);
  assertInOrder(receiver);
  await readyzSays(server, 200);
  await server.call('DELETE', `/webhooks/${json.id}`);
  t.diagnostic(`${deaths} deaths: ${acknowledged.length} updates acknowledged, ${lost().length} lost`);
  return refused;

  /** One call after another for parcels of its own; what was not answered may or may not have been taken. */
  async function report(name: string): Promise<void> {
    for (let minute = 0; !stream.ended; minute++) {
      const updates = Array.from({ length: updatesPerCall }, (_, parcel) =>
        updateOf(`${name}-${parcel}`, minute),
      );
      const answer = await server.call('POST', '/updates', { body: { updates } }).catch(() => null);
      if (answer?.status === 200) {
        for (const { tracking_number: number, revision } of answer.json.results)
          acknowledged.push(`${number} ${revision}`);
        continue;
      }
      if (answer !== null) refused.push(answer.status);
      await until('it answers again', async () => {
        const ready = await server.call('GET', '//readyz').catch(() => null);
        return stream.ended || ready?.status === 200;
      });
    }
  }
}

function acceptedBy({ heard }: ScriptedReceiver): Set<string> {
  return new Set(
    heard.filter(({ answer }) => answer === 200).map(({ number, revision }) => `${number} ${revision}`),
  );
}

/** The first time that each revision comes, all earlier ones have come. */
function assertInOrder({ heard }: ScriptedReceiver): void {
  const newest = new Map<string, number>();
  for (const { number, revision } of heard) {
    const before = newest.get(number) ?? 0;
    assert.ok(revision <= before + 1, `${number}: ${revision} after ${before}`);
    newest.set(number, Math.max(before, revision));
  }
}

function updateOf(number: string, minute: number) {
  const time = new Date(Date.UTC(2024, 0, 1) + minute * 60_000).toISOString().slice(0, 19);
  return {
    tracking_number: `WB${number}`,
    checkpoints: [{ time, description: `Scan ${minute}`, status: 'transit' }],
  };
}
