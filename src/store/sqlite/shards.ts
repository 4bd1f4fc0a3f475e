/** Shards of the embedded store: the lock on its folder lets in one process, which holds them all for as long as it lives. */
import { shardsTotal } from '../../base/id.ts';
import type { ShardStore } from '../store.ts';

export const onlyProcess: ShardStore = {
  async holdShards({ duties }) {
    const shards = Array.from({ length: shardsTotal }, (_, shard) => shard);
    return {
      held: duties.flatMap((duty) => shards.map((shard) => ({ duty, shard, epoch: 1 }))),
      shares: Object.fromEntries(duties.map((duty) => [duty, shardsTotal])),
    };
  },
  async leaveShards() {},
};
