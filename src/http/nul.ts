/**
 * U+0000 in an address: PostgreSQL can hold it in no text and fails a statement that asks for one. It is read as U+FFFD, which is
 * in no id and no code, so each route says in its own words that nothing is there. Texts of bodies are cleaned by what reads
 * them; ids in bodies are held to `Id` of `api/fields.ts`.
 */
import type { Api } from './route.ts';

export function readNulAsUnknown(server: Api): void {
  server.addHook('preValidation', async ({ params, query }) => {
    replaceIn(params as Record<string, unknown>);
    replaceIn(query as Record<string, unknown>);
  });
}

function replaceIn(said: Record<string, unknown> | undefined): void {
  for (const name in said) {
    const value = said[name];
    if (typeof value === 'string') said[name] = replaced(value);
    else if (Array.isArray(value))
      said[name] = value.map((one) => (typeof one === 'string' ? replaced(one) : one));
  }
}

function replaced(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}
