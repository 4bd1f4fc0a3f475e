/** The server's own description of its API: every operation, a body that fits it, and whether an answer does. */
import Schema from 'typebox/schema';
import type { Answer, Caller } from './server.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document of any form
type Json = any;

export interface Operation {
  readonly method: string;
  /** With placeholders: `/api/v1/trackings/{id}`. */
  readonly path: string;
  readonly access: string;
  readonly description: Json;
}

export async function readOpenapi(
  caller: Caller,
): Promise<{ document: Json; operations: readonly Operation[] }> {
  const { json: document } = await caller('GET', '/openapi.json');
  const operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, description]) => ({
      method: method.toUpperCase(),
      path,
      access: description['x-access'],
      description,
    })),
  );
  return { document, operations };
}

/** A body that the operation takes: all that is required, and the first member that may be edited. */
export function bodyOf({ description }: Operation): Json {
  const schema = description.requestBody?.content['application/json'].schema;
  return schema === undefined ? undefined : exampleOf(schema);
}

function exampleOf(schema: Json): Json {
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return exampleOf(schema.anyOf[0]);
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries<Json>(schema.properties ?? {});
      const required: readonly string[] = schema.required ?? properties.slice(0, 1).map(([name]) => name);
      return Object.fromEntries(
        properties.filter(([name]) => required.includes(name)).map(([name, of]) => [name, exampleOf(of)]),
      );
    }
    case 'array':
      return [exampleOf(schema.items)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      return '2026-01-01';
  }
}

/** What of an answer does not fit the description; null where all does. */
export function misfit(document: Json, operation: Operation, answer: Answer): string | null {
  const { responses } = operation.description;
  const response = responses[answer.status] ?? responses[`${Math.floor(answer.status / 100)}XX`];
  const what = `${operation.method} ${operation.path} ${answer.status}`;
  if (response === undefined) return `${what} is not described`;
  if (response.content === undefined) return answer.text === '' ? null : `${what} has a body`;
  const [type, { schema }] = Object.entries<Json>(response.content)[0] as [string, Json];
  if (!answer.headers.get('content-type')?.startsWith(type)) return `${what} is not ${type}`;
  if (!type.endsWith('json')) return null;
  const check = Schema.Compile({ allOf: [schema], components: document.components } as never);
  if (check.Check(answer.json)) return null;
  return `${what} ${JSON.stringify(check.Errors(answer.json))}\n${answer.text}`;
}
