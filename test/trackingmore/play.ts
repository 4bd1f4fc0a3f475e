/** Plays requests against a server, and tells its answers with ids by the order in which they were first seen. */
import { callerOf, type TestServer } from '../support/server.ts';
import type { Step } from './v4Steps.ts';

export interface Played {
  readonly name: string;
  readonly request: Step['request'];
  readonly response: { readonly status: number; readonly body: unknown };
  /** As it was sent, whole. */
  readonly answer: unknown;
}

export async function play(server: TestServer, steps: readonly Step[]): Promise<readonly Played[]> {
  const ids: string[] = [];
  const keys = {
    none: null,
    'read-only': server.anna['read-only'].key,
    operator: server.operator.key,
    member: server.anna.member.key,
  };
  const played: Played[] = [];
  for (const step of steps) {
    const { method, path, body, headers = {}, key = 'member' } = step.request;
    const own = keys[key];
    const isNative = path.startsWith('/api/');
    const { status, text } = await callerOf(server.url, '')(
      method,
      `/${path.replace(/\{(\d+)\}/, (_, place) => ids[Number(place) - 1] ?? 'none')}`,
      {
        headers: {
          'content-type': 'application/json',
          ...(own === null ? {} : { [isNative ? 'waybell-api-key' : 'tracking-api-key']: own }),
          ...Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, value.replace('{key}', keys.member)]),
          ),
        },
        body,
      },
    );
    const answer = JSON.parse(text);
    const told = text.replace(/[0-9a-f]{32}/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `{${ids.indexOf(id) + 1}}`;
    });
    const whole = JSON.parse(told);
    const { shown } = step;
    if (shown !== undefined) {
      const holder = Array.isArray(whole.data) ? whole : whole.data;
      const name = holder === whole ? 'data' : 'items';
      holder[name] = [...holder[name].slice(0, shown), `… of ${holder[name].length}`];
    }
    if (step.hidden) continue;
    played.push({ name: step.name, request: step.request, response: { status, body: whole }, answer });
  }
  return played;
}
