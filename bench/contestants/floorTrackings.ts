/**
 * The floor of TrackingMore's API: the same way in (fastify, JSON), with no store and no logic behind. What is created is
 * appended to a file and synced, in groups, before it is answered; a page is one text, made beforehand.
 */
import { closeSync, fdatasync, openSync, write } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { makeGroupCommit } from '../../src/base/groupCommit.ts';
import { reportUsage } from './usage.ts';

const [folder = ''] = process.argv.slice(2);
const file = openSync(path.join(folder, 'log'), 'w');
const writeFile = promisify(write);
const syncFile = promisify(fdatasync);
/** Of one tracking in a page, characters: as Waybell's without checkpoints. */
const trackingChars = 900;

const group = makeGroupCommit<string, undefined>({
  async flush(records) {
    await writeFile(file, records.join('\n'));
    await syncFile(file);
    return records.map(() => undefined);
  },
  delayMs: 2,
  weightMax: 256,
});

const meta = { code: 200, message: 'Request response is successful' };
const tracking = { filler: 'x'.repeat(trackingChars) };
const page = JSON.stringify({ meta, data: Array.from({ length: 100 }, () => tracking) });

const server = Fastify();
const json = 'application/json';
server.post('/v4/trackings/create', async (request, reply) => {
  await group.submit(JSON.stringify(request.body), 1);
  return reply.header('content-type', json).send(JSON.stringify({ meta, data: tracking }));
});
server.post('/v4/trackings/batch', async (request, reply) => {
  const all = request.body as object[];
  await group.submit(JSON.stringify(all), all.length);
  return reply
    .header('content-type', json)
    .send(JSON.stringify({ meta, data: { success: all.map(() => tracking), error: [] } }));
});
server.get('/v4/trackings/get', async (_request, reply) => reply.header('content-type', json).send(page));

reportUsage({ url: await server.listen({ host: '127.0.0.1', port: 0 }), key: 'none' });
process.on('disconnect', () => {
  closeSync(file);
  process.exit(0);
});
