/**
 * What all that reads has in common: PHP's and Java's clients mean GET and send POST, with what they ask for in the body, and
 * others send a query.
 */
import { type Members, membersOf } from '../said.ts';
import type { Asked, Endpoint } from '../skin.ts';

export const read = { methods: ['GET', 'POST'], access: 'read', perSecond: 1, refusedData: [] } as const;

export const write = {
  methods: ['POST'],
  access: 'write',
  perSecond: 1,
  refusedData: [],
} as const satisfies Partial<Endpoint>;

export function saidIn({ query, body }: Pick<Asked, 'query' | 'body'>): Members {
  return { ...query, ...membersOf(body) };
}
