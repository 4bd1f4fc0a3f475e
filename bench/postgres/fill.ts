/**
 * A great many trackings in a database, by statements over sets: copies of some that Waybell itself has made, each with an
 * id and a number of its own, so that the documents are of the form and size of real ones. Indexes are made behind it.
 */
import type { Cluster } from '../../test/support/postgres.ts';
import { progress } from '../record.ts';

/** At a time, and by so many connections. */
const rowsAtOnce = 50_000;
const connections = 2;
/** They were made in the course of so long. */
const spreadMs = 90 * 86_400_000;

const indexes = `
  select indexname as name, indexdef as definition from pg_indexes
  where schemaname = 'public' and tablename = 'tracking' and indexname <> 'tracking_pkey'`;

const begin = `
  create table bench_pattern as select row_number() over (order by number) - 1 as pattern, tracking.* from tracking;
  alter table bench_pattern add primary key (pattern);
  alter table tracking drop constraint tracking_pkey`;

/** As `makeIds` makes them: the millisecond, a sequence, and random bits with the variant before them. */
const insert = ({ first, last, total, now }: { first: number; last: number; total: number; now: number }) => `
  insert into tracking (account_id, id, number, courier_code, generation, shard, revision, status, substatus, archived,
    created_at, updated_at, deleted_at, expire_day, poll_at, last_event_id, document)
  select account_id, own.id, own.number, courier_code, generation, ('x' || right(own.id, 2))::bit(8)::integer % 64, revision,
    status, substatus, archived, own.at, updated_at, deleted_at, expire_day, poll_at, last_event_id,
    replace(document, p.number, own.number)
  from (
    select i, at, 'WB' || lpad(i::text, 9, '0') || 'SE' as number,
      'trk_' || lpad(to_hex(at), 12, '0') || '7' || left(bits, 3) || substr('89ab', 1 + i % 4, 1) || right(bits, 15) as id
    from (
      select i, ${now - spreadMs}::bigint + i::bigint * ${spreadMs} / ${total} as at, md5(i::text) as bits
      from generate_series(${first}, ${last}) as i) as drawn) as own
  join bench_pattern p on p.pattern = own.i % (select count(*) from bench_pattern)`;

const end = `
  alter table tracking add constraint tracking_pkey primary key (account_id, id);
  drop table bench_pattern`;

/**
 * @param patterns so many are in the database, with the first numbers of the workload
 * @param trackings so many are in it afterwards, with the numbers from there on
 */
export async function fillTrackings(
  cluster: Cluster,
  {
    url,
    patterns,
    trackings,
  }: { readonly url: string; readonly patterns: number; readonly trackings: number },
): Promise<void> {
  const kept = await cluster.query(url, indexes);
  await cluster.query(url, begin);
  for (const { name } of kept) await cluster.query(url, `drop index ${name}`);
  const now = Date.now();
  let next = patterns;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < trackings) {
        const first = next;
        next = Math.min(trackings, next + rowsAtOnce);
        await cluster.query(url, insert({ first, last: next - 1, total: trackings, now }));
        progress(`${next} of ${trackings} trackings`);
      }
    }),
  );
  progress('the indexes');
  await cluster.query(url, end);
  for (const { definition } of kept) await cluster.query(url, String(definition));
  progress('vacuum');
  await cluster.query(url, 'vacuum analyze tracking');
  await cluster.query(url, 'checkpoint');
  progress('');
}
