/**
 * TrackingMore's official SDK for Node, as it comes from npm, runs every method it has against a real server. It knows one
 * host and no setting; what the test redirects is the connection and nothing else.
 */
import assert from 'node:assert/strict';
import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import test from 'node:test';
import { emptyUpdate } from '../../src/domain/update.ts';
import { type TestServer, withServer } from '../support/server.ts';
import { checkV4 } from './v4Types.ts';

// biome-ignore lint/suspicious/noExplicitAny: the package has no types
type Answers = Promise<any>;

interface Sdk {
  readonly couriers: { getAllCouriers(): Answers; detect(params: object): Answers };
  readonly trackings: {
    createTracking(params: object): Answers;
    getTrackingResults(params: object): Answers;
    batchCreateTrackings(params: readonly object[]): Answers;
    updateTrackingByID(id: string, params: object): Answers;
    deleteTrackingByID(id: string): Answers;
    retrackTrackingByID(id: string): Answers;
  };
  readonly airWaybills: { createAnAirWayBill(params: object): Answers };
}

const TrackingMore: new (key: string) => Sdk = createRequire(import.meta.url)('trackingmore-sdk-nodejs');

/** With the SDK's requests to its own host sent to the server. */
async function withSdk(run: (sdk: Sdk, server: TestServer, asked: string[]) => Promise<void>): Promise<void> {
  await withServer(async (server) => {
    const { hostname, port } = new URL(server.url);
    const asked: string[] = [];
    const { request } = https;
    https.request = ((
      options: RequestOptions,
      done: (response: http.IncomingMessage) => void,
    ): ClientRequest => {
      assert.equal(options.hostname, 'api.trackingmore.com');
      asked.push(`${options.method} ${options.path}`);
      return http.request({ ...options, hostname, port }, done);
    }) as typeof https.request;
    try {
      await run(new TrackingMore(server.anna.member.key), server, asked);
    } finally {
      https.request = request;
    }
  });
}

const success = { code: 200, message: 'Request response is successful' };

test("the official SDK's every method is answered in the types that the SDKs bind", () =>
  withSdk(async ({ couriers, trackings, airWaybills }, { ingest, anna }, asked) => {
    const all = await couriers.getAllCouriers();
    assert.deepEqual(all.meta, success);
    assert.ok(all.data.length > 50);
    checkV4('couriers', all);

    const detected = await couriers.detect({ tracking_number: 'LX203960974CN' });
    assert.deepEqual([detected.meta, detected.data[0].courier_code], [success, 'china-ems']);
    checkV4('couriers', detected);

    const params = {
      tracking_number: '9400111899562537624326',
      courier_code: 'usps',
      order_number: 'A-1001',
      customer_name: '',
      title: 'A lamp',
      language: 'en',
      note: 'test Order',
    };
    const created = await trackings.createTracking(params);
    assert.deepEqual(created.meta, success);
    const { id } = created.data;
    assert.match(id, /^[0-9a-f]{32}$/);
    const { order_number, title, note, customer_name, delivery_status } = created.data;
    assert.deepEqual(
      [order_number, title, note, customer_name, delivery_status],
      ['A-1001', 'A lamp', 'test Order', null, 'pending'],
    );
    checkV4('tracking', created);

    const again = await trackings.createTracking({ ...params, title: 'Another' });
    assert.deepEqual(again.meta, { code: 4101, message: 'Tracking No. already exists.' });
    assert.deepEqual(again.data, created.data, 'the one that exists is answered as it is, and stays so');
    checkV4('tracking', again);

    const listed = await trackings.getTrackingResults({ tracking_numbers: '9400111899562537624326' });
    assert.deepEqual(listed, { meta: success, data: [created.data] });
    checkV4('trackings', listed);

    const batch = await trackings.batchCreateTrackings([
      { tracking_number: '9400111899562537680047', courier_code: 'usps' },
      { tracking_number: '9400111899562537624326', courier_code: 'usps' },
      { tracking_number: '9400111899562537680048', courier_code: 'royalmail' },
    ]);
    assert.deepEqual(batch, {
      meta: success,
      data: {
        success: [
          { ...batch.data.success[0], tracking_number: '9400111899562537680047', courier_code: 'usps' },
        ],
        error: [
          {
            ...{ id, tracking_number: '9400111899562537624326', courier_code: 'usps' },
            ...{ errorCode: 4101, errorMessage: 'Tracking No. already exists.' },
          },
          {
            ...{ id: null, tracking_number: '9400111899562537680048', courier_code: 'royalmail' },
            ...{ errorCode: 4120, errorMessage: 'The value of courier_code is invalid.' },
          },
        ],
      },
    });
    checkV4('batch', batch);

    const updated = await trackings.updateTrackingByID(id, {
      customer_name: 'New name',
      note: 'New test order note',
    });
    assert.deepEqual(updated.meta, success);
    const { customer_name: name, note: newNote, title: kept, archived_status } = updated.data;
    assert.deepEqual(
      [name, newNote, kept, archived_status],
      ['New name', 'New test order note', 'A lamp', 'tracking'],
    );
    checkV4('update', updated);

    const refused = await trackings.retrackTrackingByID(id);
    assert.deepEqual(refused, {
      meta: { code: 4113, message: 'Retrack is not allowed. You can only retrack an expired tracking.' },
      data: null,
    });
    const before = { accountId: anna.account.id, number: '9400111899562537624326' };
    await ingest.submit({
      updates: [
        { ...emptyUpdate, ...before, rawNumber: before.number, expire: true, source: 'api', receivedAt: 1 },
      ],
      answer: null,
    });
    const retracked = await trackings.retrackTrackingByID(id);
    const named = { id, tracking_number: '9400111899562537624326', courier_code: 'usps' };
    assert.deepEqual(retracked, { meta: success, data: named });
    checkV4('named', retracked);

    const waybill = await airWaybills.createAnAirWayBill({ awb_number: '235-69030430' });
    assert.deepEqual(waybill.meta, success);
    assert.equal(waybill.data.last_event, 'Air waybills are not tracked by this server.');
    checkV4('awb', waybill);

    assert.deepEqual(await trackings.deleteTrackingByID(id), { meta: success, data: named });
    const gone = await trackings.deleteTrackingByID(id);
    assert.equal(gone.meta.code, 4102);

    assert.ok(asked.includes('POST /v4//awb'), 'it doubles the slash here');
    assert.ok(asked.includes('GET /v4/trackings/get'), 'it drops the query');
  }));

test('a key that is nobody’s is answered in the same form', () =>
  withSdk(async (_sdk, server) => {
    const sdk = new TrackingMore('you api key');
    const message =
      'Authentication failed or has no permission. Please check and ensure your API Key is correct.';
    assert.deepEqual(await sdk.couriers.getAllCouriers(), { meta: { code: 401, message }, data: [] });
    assert.deepEqual(await sdk.trackings.createTracking({ tracking_number: 'A', courier_code: 'usps' }), {
      meta: { code: 401, message },
      data: null,
    });
    assert.ok(server.url);
  }));
