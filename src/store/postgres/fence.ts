/**
 * The fence: what a process settles counts only while it still has the shard that it was sent for. The row of the shard is
 * held until the transaction ends, so that nobody takes the shard in between.
 *
 * It is held `for key share`, not `for share`: that would hold up the renewal of the lease as well, and for longer than the
 * lease where many settle (decision record 0011). Whoever takes a shard locks its row `for update` first, which the two
 * exclude alike (see `shards.ts`).
 */
import { shardOfDelivery } from '../../domain/shard.ts';
import type { SettlementRecord } from '../records.ts';
import { numbers } from './arrays.ts';
import type { Session } from './database.ts';

const holdEach = `
  select shard, epoch from shard
  where duty = 'send' and shard = any($1::bigint[]) order by shard for key share`;

/** Those among the settlements whose shard has another epoch than they were made under. */
export async function staleAmong(
  session: Session,
  settlements: readonly SettlementRecord[],
): Promise<ReadonlySet<SettlementRecord>> {
  const fenced = settlements.filter(([, , , , epoch]) => epoch !== null);
  if (fenced.length === 0) return new Set();
  const shards = [...new Set(fenced.map(shardOfSettlement))];
  const epochs = new Map(await session.rows<[shard: number, epoch: number]>(holdEach, [numbers(shards)]));
  return new Set(fenced.filter((one) => epochs.get(shardOfSettlement(one)) !== one[4]));
}

function shardOfSettlement([[, , , webhookId], trackingId]: SettlementRecord): number {
  return shardOfDelivery({ webhookId, trackingId });
}
