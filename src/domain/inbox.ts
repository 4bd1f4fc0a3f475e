/** What the built-in receiver got: for trying things out, bounded, the oldest dropped first. */
import type { Id } from '../base/id.ts';

export interface InboxMessage {
  readonly id: Id<'inb'>;
  readonly accountId: Id<'acc'>;
  readonly receivedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether its signature was right, and if not, why. */
  readonly verified: boolean;
  readonly reason: string | null;
}
