/**
 * The floor: the same way in (fastify, JSON, one schema) and the same way out (undici, one pool, as many requests under
 * way) as Waybell's, with no store and no logic between. With `durable` every group of updates is appended to a file
 * and synced before it is answered. Bodies are padded to the 2.6 KB that Waybell's have in this workload on average.
 */
import { closeSync, fdatasync, openSync, write } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import Type from 'typebox';
import { Pool } from 'undici';
import { makeGroupCommit } from '../../src/base/groupCommit.ts';
import { reportUsage } from './usage.ts';

const [target = '', folder = '', durable = ''] = process.argv.slice(2);
/** With the rest of the body 2.6 KB: stored V2 data is 2430 bytes on average over the measured updates, its envelope 180. */
const filler = 'x'.repeat(2410);

interface Item {
  tracking_number: string;
  checkpoints: { description: string }[];
}

const file = durable === 'durable' ? openSync(path.join(folder, 'log'), 'w') : null;
const writeFile = promisify(write);
const syncFile = promisify(fdatasync);

const group = makeGroupCommit<string, undefined>({
  async flush(records) {
    if (file === null) return records.map(() => undefined);
    await writeFile(file, records.join('\n'));
    await syncFile(file);
    return records.map(() => undefined);
  },
  delayMs: 2,
  weightMax: 256,
});

const url = new URL(target);
const pool = new Pool(url.origin, { connections: 32, pipelining: 1 });

function post(item: Item): void {
  const body = `{"meta":{"code":200},"data":{"tracking_number":"${item.tracking_number}","StatusDescription":"${item.checkpoints[0]?.description}","filler":"${filler}"}}`;
  pool.dispatch(
    { path: url.pathname, method: 'POST', headers: { 'content-type': 'application/json' }, body },
    {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd() {},
      onResponseError() {},
    },
  );
}

const server = Fastify();
server.post(
  '/api/v1/updates',
  {
    bodyLimit: 8 * 1024 * 1024,
    schema: {
      body: Type.Object({
        updates: Type.Array(
          Type.Object({
            tracking_number: Type.String(),
            checkpoints: Type.Array(
              Type.Object({ time: Type.String(), description: Type.String(), location: Type.String() }),
            ),
          }),
        ),
      }),
    },
  },
  async (request, reply) => {
    const { updates } = request.body as { updates: Item[] };
    if (file !== null) await group.submit(JSON.stringify(updates), updates.length);
    for (const item of updates) post(item);
    const results = updates.map((item) => ({ tracking_number: item.tracking_number, changed: true }));
    return reply.header('content-type', 'application/json').send(JSON.stringify({ results }));
  },
);

const address = await server.listen({ host: '127.0.0.1', port: 0 });
reportUsage({ url: address, key: 'none' });
process.on('disconnect', () => {
  if (file !== null) closeSync(file);
  process.exit(0);
});
