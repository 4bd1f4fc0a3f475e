// What `npm run chaos -- --postgres` finds depends on its account: it sees each of the things that must not be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Evidence, takeAccount } from '../../chaos/postgres/account.ts';
import type { Incident, Kind } from '../../chaos/postgres/fleet.ts';
import { readBack } from '../../chaos/postgres/readBack.ts';
import { PATHS, type Path, type Receipt } from '../../chaos/postgres/receivers.ts';
import { staleBegins } from '../../chaos/postgres/stale.ts';
import { takeOvers } from '../../chaos/postgres/takeOver.ts';
import { withServer } from '../support/server.ts';

const trackingId = 'trk_01';
const events = [1, 2, 3].map((revision) => ({ trackingId, number: 'A', revision, isOwed: true }));
const acknowledged = [1, 2, 3].map((revision) => ({
  ...{ trackingId, number: 'A', revision, at: revision * 10_000 },
}));

test('an account of what went well has nothing to say', () => {
  const account = takeAccount(evidence({}));
  assert.deepEqual(account, {
    ...{ acknowledged: 3, events: 3, accepted: 3 * PATHS.length, lost: [], outOfOrder: [] },
    ...{ outOfOrderApart: 0, duplicated: {}, unexplained: [] },
  });
});

test('an update that is no event is lost, and so is an event that a receiver never took', () => {
  const log = events.slice(0, 2);
  const { lost } = takeAccount(evidence({ events: log, drop: ({ revision }) => revision === 3 }));
  assert.deepEqual(lost, ['A trk_01 3: acknowledged, and not in the log']);
  const refused = evidence({
    change: ({ path, revision }) => path === '/moody' && revision === 3 && { answer: 500 },
  });
  assert.deepEqual(takeAccount(refused).lost, ['A trk_01 3: an event that /moody never took']);
});

test('what a receiver took and the log does not know has been lost after it was sent', () => {
  const { lost } = takeAccount(
    evidence({ events: events.slice(0, 2), acknowledged: acknowledged.slice(0, 2) }),
  );
  assert.equal(lost.length, PATHS.length);
  assert.match(lost[0] ?? '', /A trk_01 3: taken by .* and not in the log/);
});

test('two updates that were acknowledged as one revision are one lost, and so are two deliveries of one', () => {
  const twice = [...acknowledged, ...acknowledged.slice(2)];
  assert.deepEqual(takeAccount(evidence({ acknowledged: twice })).lost, [
    'A trk_01 3: acknowledged for two updates',
  ]);
  const { lost } = takeAccount(
    evidence({ more: [receipt('/older', 3, { id: 'dlv_2', arrival: 9, answered: 10 })] }),
  );
  assert.deepEqual(lost, ['A trk_01 3: two deliveries of it were taken by /older, dlv_/older_3 and dlv_2']);
});

test('a revision that came before the one before it was taken is out of order, if that was refused as well', () => {
  const late = { answered: 5.5, answeredAt: 30_500 };
  const { outOfOrder } = takeAccount(
    evidence({ change: ({ path, revision }) => path === '/steady' && revision === 2 && late }),
  );
  assert.equal(outOfOrder.length, 1);
  assert.match(outOfOrder[0] ?? '', /^\/steady A trk_01 3: /);
  const early = receipt('/steady', 3, { arrival: 2.5, answered: 2.6, answer: 500 });
  assert.equal(takeAccount(evidence({ more: [early] })).outOfOrder.length, 1);
});

test('an edit is owed to nobody, and what comes after it waits for what was owed before', () => {
  const log = events.map((one) => ({ ...one, isOwed: one.revision !== 2 }));
  const told = evidence({ events: log, drop: ({ revision }) => revision === 2 });
  assert.deepEqual([takeAccount(told).lost, takeAccount(told).outOfOrder], [[], []]);
  const early = receipt('/steady', 3, { arrival: 0.5, answered: 0.6, answer: 500 });
  assert.equal(takeAccount({ ...told, receipts: [early, ...told.receipts] }).outOfOrder.length, 1);
});

test('what was tried as often as may be is parked, and may come after what follows it until it is put back', () => {
  // Revision 2 fails at the strict receiver while 1 has been taken and 3 has not come.
  const tries = [2.2, 2.6].map((arrival, index) =>
    receipt('/strict', 2, {
      ...{ arrival, answered: arrival + 0.2, begunAt: 21_000 + index, answeredAt: 21_000 + index },
      answer: 500,
    }),
  );
  const late = ({ path, revision }: Receipt) =>
    path === '/strict' &&
    revision === 2 && { ...{ arrival: 9, answered: 10 }, ...{ begunAt: 40_000, answeredAt: 40_000 } };
  const story = (failures: readonly Receipt[], calledAt: number | null) => {
    const answeredAt = (calledAt ?? 0) + 10;
    const recoveries = [
      { path: '/strict', parked: ['dlv_/strict_2'], calledAt: calledAt ?? 0, answeredAt },
    ] as const;
    return takeAccount(
      evidence({ more: failures, change: late, recoveries: calledAt === null ? [] : recoveries }),
    );
  };
  const well = story(tries, null);
  assert.deepEqual([well.outOfOrder, well.outOfOrderApart, well.lost], [[], 1, []]);
  assert.equal(story(tries.slice(1), null).outOfOrder.length, 1);
  // Put back after 3 had begun, and before it.
  assert.deepEqual(story(tries, 35_000).outOfOrder, []);
  assert.equal(story(tries, 25_000).outOfOrder.length, 1);
});

test('what is sent by hand comes out of turn and twice, and is counted apart', () => {
  const early = receipt('/steady', 3, { arrival: 2.5, answered: 2.6 });
  const { outOfOrder, outOfOrderApart, unexplained, duplicated } = takeAccount(
    evidence({ more: [early], byHand: new Set(['dlv_/steady_3']) }),
  );
  assert.deepEqual([outOfOrder, outOfOrderApart, unexplained, duplicated], [[], 1, [], { byHand: 1 }]);
});

test('a second receipt is explained by what befell one of its senders then, and by nothing else', () => {
  const again = receipt('/steady', 3, { arrival: 9, answered: 10, begunAt: 36_000, sender: '2.1' });
  const found = (...incidents: Incident[]) => takeAccount(evidence({ more: [again], incidents }));
  assert.equal(found().unexplained.length, 1);
  assert.deepEqual(found(incident('killed', '1.1', 30_001)).duplicated, { killed: 1 });
  assert.deepEqual(found(incident('database', null, 30_001)).duplicated, { database: 1 });
  assert.equal(found(incident('killed', '3.1', 30_001)).unexplained.length, 1);
  assert.equal(found(incident('left', '1.1', 30_001)).unexplained.length, 1);
  assert.equal(found(incident('cut', '1.1', 20_000)).unexplained.length, 1);
});

test('a take-over is timed from the death to the first request of another, if nothing else happened', () => {
  const { receipts } = evidence({
    change: ({ revision }) => revision === 3 && { sender: '2.1', begunAt: 37_000 },
  });
  const killed = incident('killed', '1.1', 25_000);
  const timed = (...incidents: Incident[]) =>
    takeOvers({ acknowledged, receipts, incidents, leaseMs: 10_000 }).map(({ shard, ms }) => [shard, ms]);
  // Revision 3 was reported after the death.
  assert.deepEqual(timed(killed), [[1, 7000]]);
  assert.deepEqual(timed(killed, incident('database', null, 30_000)), []);
  assert.deepEqual(timed(incident('killed', '3.1', 25_000)), []);
});

test('what a process that was cut off begins is stale from when another has begun on the shard', () => {
  const begun = (begunAt: number, sender: string) => receipt('/steady', 3, { begunAt, sender, arrival: 9 });
  const found = (...more: Receipt[]) => {
    const { receipts } = evidence({ more });
    const incidents = [{ ...incident('partitioned', '1.1', 5000), until: 60_000 }];
    return staleBegins({ receipts, byHand: new Set(), incidents, leaseMs: 10_000 }).map(
      ({ receipt }) => receipt.begunAt,
    );
  };
  assert.deepEqual(found(), []);
  assert.deepEqual(found(begun(35_000, '2.1')), []);
  assert.deepEqual(found(begun(35_000, '2.1'), begun(36_000, '1.1'), begun(60_500, '1.1')), [36_000]);
});

test('what is read back is told where it is not what was acknowledged last', () =>
  withServer(async ({ anna }) => {
    const servers = [{ call: anna.owner }];
    const make = async (path: string, body: object) => (await anna.owner('POST', path, { body })).json.id;
    const number = 'EDITED-00-0';
    const trackingId = await make('/trackings', { tracking_number: number, title: 'X' });
    const id = await make('/webhooks', { url: 'http://127.0.0.1:9/', version: 'v4', description: 'No. 1' });
    const parcel = { number, trackingId, title: 'X', archived: false, deleted: ['trk_01'] };
    const webhook = { path: '/older', id, description: 'No. 1', ratePerSecond: null } as const;
    const undone = async (of: Partial<typeof parcel>, settings: Partial<typeof webhook> = {}) =>
      (await readBack({ servers, parcels: [{ ...parcel, ...of }], webhooks: [{ ...webhook, ...settings }] }))
        .length;
    assert.equal(await undone({}), 0);
    assert.equal(await undone({ title: 'Y' }), 1);
    assert.equal(await undone({ archived: true }), 1);
    assert.equal(await undone({ trackingId: null }), 1);
    assert.equal(await undone({ deleted: [trackingId] }), 1);
    assert.equal(await undone({}, { ratePerSecond: 10 as unknown as null }), 1);
  }));

interface Story {
  readonly events?: Evidence['events'];
  readonly acknowledged?: Evidence['acknowledged'];
  readonly incidents?: readonly Incident[];
  readonly recoveries?: Evidence['recoveries'];
  readonly byHand?: Evidence['byHand'];
  readonly more?: readonly Receipt[];
  drop?(receipt: Receipt): boolean;
  change?(receipt: Receipt): Partial<Receipt> | false;
}

/** Three revisions of a parcel, each taken by all receivers at once, but for what the story says. */
function evidence({ drop, change, more = [], ...rest }: Story): Evidence {
  const receipts = [1, 2, 3]
    .flatMap((revision) => PATHS.map((path) => receipt(path, revision, {})))
    .filter((one) => drop?.(one) !== true)
    .map((one) => ({ ...one, ...(change?.(one) || {}) }));
  const inOrder = [...receipts, ...more].toSorted((a, b) => a.arrival - b.arrival);
  return {
    ...{ events, acknowledged, incidents: [], recoveries: [], byHand: new Set<string>(), leaseMs: 10_000 },
    receipts: inOrder,
    ...rest,
  };
}

function receipt(path: Path, revision: number, changed: Partial<Receipt>): Receipt {
  const at = revision * 10_000;
  return {
    ...{ path, id: `dlv_${path}_${revision}`, trackingId, number: 'A', revision, sender: '1.1' },
    ...{ begunAt: at, arrivedAt: at, answeredAt: at, answer: 200 },
    ...{ arrival: revision * 2 - 1, answered: revision * 2 },
    ...changed,
  };
}

function incident(kind: Kind, sender: string | null, at: number): Incident {
  return { kind, sender, from: at, until: at };
}
