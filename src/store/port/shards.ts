/** Which shards a process works on: it takes them, keeps them by rounds, and gives them back. */
import type { Duty, HeldShard } from '../../domain/shard.ts';

export interface ShardStore {
  /**
   * One round of a process: it says that it lives, gives back what it names, keeps what it holds, and takes what nobody
   * holds until it has its share. Gives what it holds then. One that nobody took when its lease had ended goes on under the same epoch.
   */
  holdShards(round: ShardRound): Promise<ShardHolding>;
  /** The process ends: what it holds is free. */
  leaveShards(processId: string): Promise<void>;
}

export interface ShardRound {
  readonly processId: string;
  readonly duties: readonly Duty[];
  readonly leaseMs: number;
  readonly release: readonly HeldShard[];
  /** How far the process has heard the news. */
  readonly heard: number;
}

export interface ShardHolding {
  readonly held: readonly HeldShard[];
  /** The most that the process should hold of each of its duties: all shards by the processes that live, rounded up. */
  readonly shares: Readonly<Partial<Record<Duty, number>>>;
  /** For how long after the call began, milliseconds; infinity: no other process can take them. */
  readonly lastsMs: number;
}
