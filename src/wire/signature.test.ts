import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { signStandard as signStandardByWebApi, signTime as signTimeByWebApi } from '../sdk/sign.ts';
import { signStandard, signTime } from './signature.ts';

const secret = 'whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDE=';
const older = 'whsec_d2F5YmVsbC1maXh0dXJlLXNlY3JldC0wMDAwMDI=';

test("TrackingMore's published signatures are reproduced", () => {
  assert.equal(
    signTime('2e55b9a3-4dd1-4416-9897-c4bd1e3d738f', 1662371528),
    'a37084ab68ae16b77db1f8463f31be9fcc965e2515e03efecf8139bb1e511b06',
  );
  assert.equal(
    signTime('info@trackingmore.org', 1653632765),
    '0d90bb874fed0b056d8b3aa794529ebacd49932a0cea691629b63eaf2ca9d400',
  );
});

test('both makers of signatures, this one and the published sdk, agree', async () => {
  const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
  const text = fc.string({ unit: 'grapheme' });
  await fc.assert(
    fc.asyncProperty(text, seconds, text, async (id, timestamp, body) => {
      assert.equal(
        signStandard([secret], { id, timestamp, body }),
        await signStandardByWebApi({ secret, id, timestamp, body }),
      );
      assert.equal(
        signTime(`${id}@shop.example`, timestamp),
        await signTimeByWebApi({ key: `${id}@shop.example`, timestamp }),
      );
    }),
  );
});

test('while a rotation overlaps, both secrets sign, the newest first', () => {
  const signed = { id: 'dlv_1', timestamp: 1767619301, body: '{}' };
  const both = signStandard([secret, older], signed);
  assert.equal(both, `${signStandard([secret], signed)} ${signStandard([older], signed)}`);
  assert.match(both, /^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
});
