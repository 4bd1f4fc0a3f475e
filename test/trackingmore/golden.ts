/** The requests and answers that are kept for reading. `node test/trackingmore/golden.ts` writes them
 * anew, and `npm run format` sets them as here: read what differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testNow } from '../support/build.ts';
import { withServer } from '../support/server.ts';
import { type Played, play } from './play.ts';
import { playTroubles } from './trouble.ts';
import { v2Steps } from './v2Steps.ts';
import { v3Steps } from './v3Steps.ts';
import { v4Steps } from './v4Steps.ts';

const stepsOf = { v2: v2Steps, v3: v3Steps, v4: v4Steps };

export type Version = keyof typeof stepsOf;

export function goldenKept(name: Version | 'trouble'): unknown {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

/** As it is written down: no member that is undefined. */
export function goldenOf(played: readonly Played[]): unknown {
  return JSON.parse(
    JSON.stringify(played.map(({ name, request, response }) => ({ name, request, response }))),
  );
}

export async function playVersion(version: Version): Promise<readonly Played[]> {
  let played: readonly Played[] = [];
  const clock = { now: () => testNow, monotonic: () => performance.now() };
  await withServer(
    async (server) => {
      played = await play(server, stepsOf[version]);
    },
    { clock },
  );
  return played;
}

function fileOf(name: Version | 'trouble'): string {
  return path.join(import.meta.dirname, `golden/${name}.json`);
}

function write(name: Version | 'trouble', played: unknown): void {
  writeFileSync(fileOf(name), `${JSON.stringify(played, null, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) {
  for (const version of Object.keys(stepsOf) as Version[])
    write(version, goldenOf(await playVersion(version)));
  write('trouble', await playTroubles());
}
