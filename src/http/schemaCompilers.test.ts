import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import { schemaCompilers } from './schemaCompilers.ts';

test('schemas judge requests and leave answers whole, where an instance adds schemas of its own too', async () => {
  const server = Fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true } },
    schemaController: { compilersFactory: schemaCompilers },
  });
  await server.register(async (instance) => {
    instance.addSchema({ $id: 'Parcel', type: 'object', properties: { number: { type: 'string' } } });
    const body = {
      type: 'object',
      properties: { number: { type: 'string' }, pieces: { type: 'integer', default: 1 } },
      additionalProperties: false,
    };
    instance.post('/parcels', { schema: { body, response: { 200: { $ref: 'Parcel#' } } } }, (request) => ({
      ...(request.body as object),
      more: { than: 'the schema says' },
    }));
  });
  const send = async (payload: object) => {
    const answer = await server.inject({ method: 'POST', url: '/parcels', payload });
    return { status: answer.statusCode, json: answer.json() };
  };
  for (let time = 0; time < 2; time++) {
    assert.deepEqual((await send({ number: 'A1' })).json, {
      ...{ number: 'A1', pieces: 1 },
      more: { than: 'the schema says' },
    });
    const refused = await send({ number: 1 });
    assert.equal(refused.status, 400);
    assert.match(refused.json.message, /body\/number must be string/);
    assert.match((await send({ number: 'A1', color: 'red' })).json.message, /additional properties/);
  }
  await server.close();
});
