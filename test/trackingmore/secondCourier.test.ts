/** A parcel that a second courier goes on with is still the first one's: it is named by number and that courier. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { withServer } from '../support/server.ts';

test('a parcel is not edited, deleted or replaced by the name of the courier that goes on with it', () =>
  withServer(async ({ anna }) => {
    const number = 'LX203960974CN';
    const made = await anna.member('POST', '/trackings', {
      body: { tracking_number: number, courier_code: 'china-ems', destination_courier_code: 'usps' },
    });
    assert.equal(made.status, 201, made.text);
    const before = (await anna.member('GET', `/trackings/${made.json.id}`)).json;
    const v2 = await anna.member('DELETE', `//v2/trackings/usps/${number}`);
    assert.equal(v2.json.meta.code, 4017, v2.text);
    const v3 = await anna.member('DELETE', '//v3/trackings/delete', {
      body: [{ tracking_number: number, courier_code: 'usps' }],
    });
    assert.equal(v3.json.data.error.length, 1, v3.text);
    const edited = await anna.member('PUT', `//v2/trackings/usps/${number}`, { body: { title: 'another' } });
    assert.equal(edited.json.meta.code, 4017, edited.text);
    assert.deepEqual((await anna.member('GET', `/trackings/${made.json.id}`)).json, before);
    const own = await anna.member('DELETE', `//v2/trackings/china-ems/${number}`);
    assert.equal(own.json.meta.code, 200, own.text);
  }));
