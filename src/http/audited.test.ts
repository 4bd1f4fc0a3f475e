import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import type { AuditEntry } from '../domain/member.ts';
import { auditChanges } from './audited.ts';
import type { Api } from './route.ts';

type Written = Omit<AuditEntry, 'id' | 'at'>;

function serverWith(write: (entry: Written) => Promise<void>): Api {
  const server = Fastify() as unknown as Api;
  server.decorateRequest('principal', null);
  server.addHook('onRequest', async (request) => {
    request.principal = {
      ...{ kind: 'member', role: 'owner', actor: 'key_1' },
      account: { id: `acc_${'0'.repeat(32)}` } as never,
    };
  });
  auditChanges(server, { write });
  return server;
}

test('a route that changes something and does not say what the log calls it cannot be added', () => {
  const server = serverWith(async () => {});
  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'])
    assert.throws(() => server.route({ method, url: '/x', handler: () => '' }), /set config\.audit/, method);
  server.route({ method: 'GET', url: '/x', handler: () => '' });
  server.route({ method: 'POST', url: '/y', config: { audit: null }, handler: () => '' });
});

test('an entry is written before the answer is given, and not for what was refused or answered again', async () => {
  const written: Written[] = [];
  const server = serverWith(async (entry) => {
    written.push(entry);
  });
  server.post('/keys', { config: { audit: 'key.created' } }, () => ({ id: 'key_2' }));
  server.delete('/keys/:id', { config: { audit: 'key.revoked' } }, (_request, reply) =>
    reply.code(204).send(),
  );
  server.post('/again', { config: { audit: 'key.created' } }, (_request, reply) =>
    reply.header('idempotent-replayed', 'true').send({ id: 'key_2' }),
  );
  server.post('/refused', { config: { audit: 'key.created' } }, (_request, reply) =>
    reply.code(409).send({}),
  );
  server.post('/failed', { config: { audit: 'key.created' } }, () => {
    throw new Error('no');
  });
  for (const url of ['/again', '/refused', '/failed']) await server.inject({ method: 'POST', url });
  assert.deepEqual(written, []);
  await server.inject({ method: 'POST', url: '/keys' });
  await server.inject({ method: 'DELETE', url: '/keys/key_3' });
  const who = { accountId: `acc_${'0'.repeat(32)}`, actor: 'key_1', address: '127.0.0.1' };
  assert.deepEqual(written, [
    { ...who, action: 'key.created', about: 'key_2' },
    { ...who, action: 'key.revoked', about: 'key_3' },
  ]);
});

test('a change that was made is not told as one that failed, where its entry cannot be written', async () => {
  const server = serverWith(async () => {
    throw new Error('the store is away');
  });
  server.post('/keys', { config: { audit: 'key.created' } }, () => ({ id: 'key_2' }));
  const { statusCode, body } = await server.inject({ method: 'POST', url: '/keys' });
  assert.deepEqual([statusCode, body], [200, '{"id":"key_2"}']);
});
