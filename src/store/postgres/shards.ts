/**
 * Leases of shards, on the database's clock: processes need not agree about the time. Two tables of fixed and small size:
 * who lives, and who holds what. A round is one short transaction. Whoever takes a shard holds its row `for update` while it
 * raises the epoch; renewing and giving back leave the key and the epoch as they are, so settlements, which hold the row `for
 * key share` (see `fence.ts`), hold up the taking of a shard and nothing else.
 */
import { shardsTotal } from '../../base/id.ts';
import type { Duty, HeldShard } from '../../domain/shard.ts';
import type { ShardStore } from '../store.ts';
import { numbers, texts } from './arrays.ts';
import type { Database, Session } from './database.ts';

const leaseEnd = (parameter: string) => `clock_timestamp() + ${parameter}::bigint * interval '1 millisecond'`;

const upsertProcess = `
  insert into process (id, duties, seen_until, heard) values ($1, $2::text[], ${leaseEnd('$3')}, $4)
  on conflict (id) do update set duties = excluded.duties, seen_until = excluded.seen_until,
    heard = greatest(process.heard, excluded.heard)`;

/** Several may be about to forget the same ones, or each other. */
const forgetDead = `
  delete from process where id in (
    select id from process where seen_until <= clock_timestamp() order by id for update skip locked)`;

const selectLiving = `
  select duty, count(*) from process cross join unnest(duties) as duty where seen_until > clock_timestamp() group by duty`;

const releaseEach = `
  update shard s set owner = null, lease_until = null
  from unnest($2::text[], $3::bigint[], $4::bigint[]) as u (duty, shard, epoch)
  where s.duty = u.duty and s.shard = u.shard and s.epoch = u.epoch and s.owner = $1`;

/** Also one that has ended, if nobody took it: what was sent under it, while the database was away say, still counts. */
const renewOwn = `
  update shard set lease_until = ${leaseEnd('$3')}
  where duty = any($2::text[]) and owner = $1
  returning duty, shard, epoch`;

const takeFree = `
  with free as materialized (
    select duty, shard from shard
    where duty = $2 and (owner is null or lease_until <= clock_timestamp())
    order by shard limit $3 for update skip locked)
  update shard s set owner = $1, epoch = s.epoch + 1, lease_until = ${leaseEnd('$4')}
  from free where s.duty = free.duty and s.shard = free.shard
  returning s.duty, s.shard, s.epoch`;

const deleteProcess = 'delete from process where id = $1';

const releaseAll = 'update shard set owner = null, lease_until = null where owner = $1';

type Row = [duty: Duty, shard: number, epoch: number];

export function makeShardTable(database: Database): ShardStore {
  return {
    holdShards({ processId, duties, leaseMs, release, heard }) {
      return database.write(async (session) => {
        const names = texts(duties);
        await session.run(upsertProcess, [processId, names, leaseMs, heard]);
        await session.run(forgetDead);
        await giveBack(session, processId, release);
        const living = new Map(await session.rows<[duty: Duty, processes: number]>(selectLiving));
        const held = await session.rows<Row>(renewOwn, [processId, names, leaseMs]);
        const shares: Partial<Record<Duty, number>> = {};
        for (const duty of duties) {
          const share = Math.ceil(shardsTotal / (living.get(duty) ?? 1));
          const missing = share - held.filter(([one]) => one === duty).length;
          if (missing > 0)
            held.push(...(await session.rows<Row>(takeFree, [processId, duty, missing, leaseMs])));
          shares[duty] = share;
        }
        return {
          held: held.map(([duty, shard, epoch]) => ({ duty, shard, epoch })),
          shares,
          lastsMs: leaseMs,
        };
      });
    },
    leaveShards: (processId) =>
      database.write(async (session) => {
        await session.run(deleteProcess, [processId]);
        await session.run(releaseAll, [processId]);
      }),
  };
}

async function giveBack(session: Session, processId: string, shards: readonly HeldShard[]): Promise<void> {
  if (shards.length === 0) return;
  await session.run(releaseEach, [
    processId,
    texts(shards.map(({ duty }) => duty)),
    numbers(shards.map(({ shard }) => shard)),
    numbers(shards.map(({ epoch }) => epoch)),
  ]);
}
