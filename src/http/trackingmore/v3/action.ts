/** An action of v3: an endpoint under each of its names, whose parameters come in the query, in the body, or in both. */
import { type Members, membersOf, onlyMembersOf } from '../said.ts';
import { type Asked, type Endpoint, Refusal } from '../skin.ts';

export interface Action extends Omit<Endpoint, 'path' | 'perSecond'> {
  /** The last part of the path; the first is the documented one. */
  readonly names: readonly [string, ...string[]];
}

/** Reads with parameters arrive as POST with a body, too: TrackingMore's PHP client makes one of every such GET. */
export const reading = { methods: ['GET', 'POST'], access: 'read' } as const;

/** All parameters of a read, wherever they stand. */
export function saidOf({ query, body }: Asked): Members {
  return { ...query, ...membersOf(body) };
}

/** The one object of a body. @throws Refusal 417 where there is none */
export function onlyIn(body: unknown): Members {
  const said = onlyMembersOf(body);
  if (Object.keys(said).length === 0) throw new Refusal(417);
  return said;
}
