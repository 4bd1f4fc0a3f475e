/** An action of v3: an endpoint under each of its names, whose parameters come in the query, in the body, or in both. */
import { type Members, membersOf, onlyMembersOf } from '../said.ts';
import { type Asked, type Endpoint, Refusal } from '../skin.ts';

/** The last part of the path; the first is the documented one. */
type Names = readonly [string, ...string[]];

export interface Action extends Omit<Endpoint, 'path' | 'perSecond'> {
  readonly names: Names;
}

/** With parameters it arrives as POST with a body, too: TrackingMore's PHP client makes one of every such GET. */
export function read(names: Names, answer: Action['answer']): Action {
  return { methods: ['GET', 'POST'], access: 'read', refusedData: null, names, answer };
}

/** What only answers, and is asked for in a body. */
export function ask(names: Names, answer: Action['answer']): Action {
  return { methods: ['POST'], access: 'read', refusedData: null, names, answer };
}

export function write(methods: Action['methods'], names: Names, answer: Action['answer']): Action {
  return { methods, access: 'write', refusedData: null, names, answer };
}

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
