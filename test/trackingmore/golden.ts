/** The requests and answers that are kept for reading. `node test/trackingmore/golden.ts` writes them
 * anew, and `npm run format` sets them as here: read what differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testNow } from '../support/build.ts';
import { withServer } from '../support/server.ts';
import { type Played, play } from './play.ts';
import { v4Steps } from './v4Steps.ts';

const file = path.join(import.meta.dirname, 'golden/v4.json');

export function goldenKept(): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** As it is written down: no member that is undefined. */
export function goldenOf(played: readonly Played[]): unknown {
  return JSON.parse(
    JSON.stringify(played.map(({ name, request, response }) => ({ name, request, response }))),
  );
}

export async function playV4(): Promise<readonly Played[]> {
  let played: readonly Played[] = [];
  const clock = { now: () => testNow, monotonic: () => performance.now() };
  await withServer(
    async (server) => {
      played = await play(server, v4Steps);
    },
    { clock },
  );
  return played;
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(file, `${JSON.stringify(goldenOf(await playV4()), null, 2)}\n`);
