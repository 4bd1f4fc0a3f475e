/** The lock on its folder lets in one process, which holds all shards for as long as it lives, and hears nothing of others. */
import { allShards, shardsTotal } from '../../base/id.ts';
import type { NewsStore, ShardStore, SignalStore, Store } from '../store.ts';

export const onlyProcess: ShardStore & NewsStore & SignalStore & Pick<Store, 'commitsAtOnce' | 'writesOf'> = {
  // One is written while the next is worked out.
  commitsAtOnce: 2,
  async holdShards({ duties }) {
    return {
      held: duties.flatMap((duty) => allShards.map((shard) => ({ duty, shard, epoch: 1 }))),
      shares: Object.fromEntries(duties.map((duty) => [duty, shardsTotal])),
      lastsMs: Number.POSITIVE_INFINITY,
    };
  },
  async leaveShards() {},
  writesOf: async () => null,
  async news() {
    return null;
  },
  async tell() {
    return 0;
  },
  async sayHeard() {},
  isHeard: async () => true,
  async keepRest() {},
  async endLeftRests() {},
  async signal() {},
  onSignal() {},
  hearsSignals: () => true,
};
