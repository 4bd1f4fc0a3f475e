/** Endpoints of v4. Those that answer lists refuse with an empty one: clients that are typed read null where an object is meant. */
import type { Endpoint } from '../skin.ts';

type Answer = Endpoint['answer'];

const every = { perSecond: 10 } as const;

export function read(path: string, answer: Answer): Endpoint {
  return { ...every, methods: ['GET'], access: 'read', refusedData: [], path, answer };
}

/** What only answers, and is asked for in a body. */
export function ask(path: string, answer: Answer): Endpoint {
  return { ...every, methods: ['POST'], access: 'read', refusedData: [], path, answer };
}

export function write(methods: Endpoint['methods'], path: string, answer: Answer): Endpoint {
  return { ...every, methods, access: 'write', refusedData: null, path, answer };
}
