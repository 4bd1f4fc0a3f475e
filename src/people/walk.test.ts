import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PageRequest } from '../domain/page.ts';
import type { Person } from '../domain/person.ts';
import type { FieldsOf } from '../store/store.ts';
import { beginning, type Found, type Place, walk } from './walk.ts';

const anna: Person = { by: 'email', value: 'anna@example.com' };
const hers = { customerEmail: 'anna@example.com' };

/** Rows named by their places, of which every so many is hers. */
function tableOf(rows: number, every: number): readonly FieldsOf[] {
  const idOf = (n: number) => String(n).padStart(6, '0');
  return Array.from({ length: rows }, (_, n) => ({ id: idOf(n), fields: n % every === 0 ? hers : {} }));
}

function storeOf(trackings: readonly FieldsOf[], events: readonly FieldsOf[]) {
  const behind = (table: readonly FieldsOf[], { after, limit }: PageRequest) =>
    table.filter(({ id }) => id > (after ?? '')).slice(0, limit);
  return {
    fieldsOfTrackings: async (_: string, page: PageRequest) => behind(trackings, page),
    async fieldsOfEvents(_: string, page: PageRequest) {
      const rows = behind(events, page);
      return { events: rows, next: rows.length < page.limit ? null : (rows.at(-1)?.id ?? null) };
    },
    load: async () => [],
  };
}

for (const [trackings, events, every, foundMax] of [
  [30_000, 25_000, 700, 200],
  [30_000, 25_000, 7, 50],
  [500, 1000, 3, 10],
  [1, 0, 1, 1],
  [0, 0, 1, 1],
] as const) {
  test(`each is found once in ${trackings} trackings and ${events} events, ${foundMax} a call at most`, async () => {
    const tables = [tableOf(trackings, every), tableOf(events, every)] as const;
    const found: string[][] = [[], []];
    let place: Place | null = beginning;
    while (place !== null) {
      const step: Found = await walk(
        storeOf(...tables),
        { accountId: 'acc_1', person: anna, foundMax },
        place,
      );
      assert.ok(step.trackings.length + step.events.length <= foundMax);
      assert.ok(step.lookedAt <= 20_000);
      found[0]?.push(...step.trackings);
      found[1]?.push(...step.events);
      place = step.next;
    }
    const meant = tables.map((table) => table.filter(({ fields }) => fields === hers).map(({ id }) => id));
    assert.deepEqual(found, meant);
  });
}
