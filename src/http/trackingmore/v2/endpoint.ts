/**
 * Endpoints of v2. What reads is open to GET and POST: PHP's and Java's clients mean GET and send POST, with what they ask for
 * in the body, and others send a query.
 */
import { type Members, membersOf } from '../said.ts';
import type { Asked, Endpoint } from '../skin.ts';

type Answer = Endpoint['answer'];

const every = { perSecond: 1, refusedData: [] } as const;

export function read(path: string, answer: Answer): Endpoint {
  return { ...every, methods: ['GET', 'POST'], access: 'read', path, answer };
}

/** What only answers, and is asked for in a body. */
export function ask(path: string, answer: Answer): Endpoint {
  return { ...every, methods: ['POST'], access: 'read', path, answer };
}

export function write(methods: Endpoint['methods'], path: string, answer: Answer): Endpoint {
  return { ...every, methods, access: 'write', path, answer };
}

export function saidIn({ query, body }: Pick<Asked, 'query' | 'body'>): Members {
  return { ...query, ...membersOf(body) };
}
