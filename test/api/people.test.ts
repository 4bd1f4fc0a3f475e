/** A person is found, given out and erased: nowhere is anything left of them, and nothing else is changed. */
import assert from 'node:assert/strict';
import { verifyWebhook } from '../../src/sdk/verify.ts';
import { startBothStores } from '../support/bothStores.ts';
import { withListener } from '../support/listener.ts';
import type { Caller } from '../support/server.ts';
import { until } from '../support/until.ts';

const testOnBoth = await startBothStores();

const person = {
  customer_name: 'Petra Provpers',
  customer_email: 'Petra.Provpers@example.com',
  customer_phone: '+46 (0)70-174 06 05',
  recipient_postcode: '987 65',
  note: 'for Petra, by the back door',
};
const other = {
  customer_name: 'Olle Annars',
  customer_email: 'olle@example.com',
  customer_phone: '0701740699',
};
const traces = /petra|provpers|174 ?06 ?05|987 65/i;
const scan = {
  time: '2026-03-02T10:00:00Z',
  description: 'Handed over, signed by P. PROVPERS',
  status: 'transit',
};
const next = { ...scan, time: '2026-03-01T09:00:00Z', description: 'At the depot' };
const given = { ...scan, description: 'Handed over' };

testOnBoth(
  'an erased person is nowhere any more, and what is owed goes out without them',
  ({ anna, bela, store, sender }) =>
    withListener(async (listener) => {
      const { url, heard } = listener;
      listener.answer(500);
      const versions = ['v2', 'v3', 'v4', 'standard'];
      const secrets = new Map<string, string>();
      const webhooks: string[] = [];
      for (const version of versions) {
        const body = {
          url: `${url}/${version}`,
          version,
          fires_on: 'every_update',
          retry_seconds: Array(14).fill(1),
        };
        const made = await anna.owner('POST', '/webhooks', { body });
        assert.equal(made.status, 201, made.text);
        secrets.set(version, made.json.secret);
        webhooks.push(made.json.id);
      }
      const headers = { 'idempotency-key': 'first' };
      const made = { tracking_number: 'HERS-1', courier_code: 'dhl', order_id: 'order-17', ...person };
      const { id } = (await anna.owner('POST', '/trackings', { headers, body: made })).json;
      const update = async (caller: Caller, updates: object[]) => {
        const { json } = await caller('POST', '/updates', { body: { updates } });
        return json.results[0].tracking_id as string;
      };
      await update(anna.owner, [{ tracking_number: 'HERS-1', courier_code: 'dhl', checkpoints: [scan] }]);
      await update(anna.owner, [{ tracking_number: 'HERS-1', courier_code: 'dhl', checkpoints: [next] }]);
      const passedOn = { tracking_number: 'OLLE-2', courier_code: 'dhl' };
      const olles = await update(anna.owner, [{ ...passedOn, ...person, checkpoints: [next] }]);
      await update(anna.owner, [
        { ...passedOn, ...other, note: null, recipient_postcode: null, checkpoints: [given] },
      ]);
      const untouched = await update(anna.owner, [
        { ...passedOn, tracking_number: 'OLLE-3', ...other, checkpoints: [given] },
      ]);
      const belas = await update(bela.owner, [{ ...passedOn, ...person }]);
      const inbox = (await anna.owner('GET', '/inbox')).json.url;
      for (const data of [person, { tracking_number: 'HERS 1' }, other])
        await fetch(inbox, { method: 'POST', body: JSON.stringify({ data }) });
      // Each parcel's first is sent, fails, and waits in memory for the next try; the others wait behind it.
      await until(
        'all are tried',
        () => new Set(heard.map(({ path, body }) => path + /HERS-1|OLLE-[23]/.exec(body))).size === 12,
      );

      const kept = async () => {
        const events = (await anna.owner('GET', '/events')).json.data;
        const deliveries = (await anna.owner('GET', '/deliveries?limit=100')).json.data;
        const all = [];
        for (const one of deliveries) all.push((await anna.owner('GET', `/deliveries/${one.id}`)).json);
        const tracking = async (one: string) => (await anna.owner('GET', `/trackings/${one}`)).json;
        const messages = (await anna.owner('GET', '/inbox')).json.data;
        return { events, deliveries: all, trackings: [await tracking(id), await tracking(olles)], messages };
      };
      const others = async () => {
        const { events, deliveries } = await kept();
        const ofOthers = ({ tracking_id }: { tracking_id: string }) => tracking_id === untouched;
        const bodies = deliveries.filter(ofOthers).map(({ data }: { data: string }) => data);
        return {
          events: events.filter(ofOthers),
          bodies,
          tracking: (await anna.owner('GET', `/trackings/${untouched}`)).json,
        };
      };
      const before = await others();
      assert.equal(before.bodies.length, 4);

      const asked = { email: ' petra.provpers@EXAMPLE.com' };
      const found = await anna.owner('POST', '/people/find', { body: asked });
      assert.deepEqual(
        [
          found.json.count,
          found.json.trackings.map((one: { id: string }) => one.id),
          found.json.events,
          found.json.next_cursor,
        ],
        // Four events name her beside the tracking that does: those of it, and Olle's first.
        [1, [id], 4, null],
      );
      const nobody = await bela.owner('POST', '/people/find', { body: { phone: '0701740600' } });
      assert.equal(nobody.json.count, 0);
      const exported = await anna.owner('POST', '/people/export', { body: asked });
      assert.equal(exported.status, 200, exported.text);
      assert.deepEqual(
        exported.json.parcels.map((one: { id: string; events: object[] }) => [one.id, one.events.length]),
        [[id, 3]],
      );
      assert.equal(exported.json.parcels[0].checkpoints[0].description, scan.description);
      assert.ok(exported.json.parcels[0].events[1].deliveries[0].attempts.length > 0);
      assert.equal(exported.json.events.length, 1);
      assert.equal(exported.json.inbox_messages.length, 2);
      assert.equal(exported.json.answers.length, 1);
      assert.doesNotMatch(exported.text, /olle@/);

      const unconfirmed = await anna.owner('POST', '/people/erase', { body: asked });
      assert.equal(unconfirmed.status, 400);
      const body = { ...asked, confirm: true, include_checkpoints: true };
      const erased = await anna.owner('POST', '/people/erase', { body });
      assert.equal(erased.status, 200, erased.text);
      // What was under way when it was erased has ended.
      for (const webhook of webhooks)
        await until('nothing is under way', () => sender.outlook(webhook).inFlight === 0);
      const from = heard.length;
      assert.deepEqual(erased.json.next_cursor, null);
      const { trackings, events, inbox_messages, answers, responses } = erased.json.erased;
      assert.deepEqual(
        { trackings, events, inbox_messages, answers },
        { trackings: 1, events: 4, inbox_messages: 2, answers: 1 },
      );
      assert.ok(responses >= 8, String(responses));

      const search = (text: string) => anna.owner('GET', `/trackings?search=${text}`);
      assert.deepEqual((await search('petra')).json.data, []);
      assert.equal((await search('HERS-1')).json.data.length, 1);
      const after = await kept();
      assert.equal(traces.exec(JSON.stringify({ ...after, messages: null }))?.[0], undefined);
      assert.equal(after.messages.length, 1);
      const [bare] = after.trackings;
      assert.deepEqual(
        [bare.revision, bare.order_id, bare.customer_name, bare.note, bare.stopped],
        [3, 'order-17', null, null, true],
      );
      assert.equal(bare.checkpoints[0].description, '');
      const again = await anna.owner('POST', '/trackings', { headers, body: made });
      assert.equal(again.headers.get('idempotent-replayed'), 'true');
      assert.equal(traces.exec(again.text)?.[0], undefined);
      assert.deepEqual(await others(), before, 'nothing of anybody else is changed, to the byte');
      const belasOwn = await store.tracking(bela.account.id, belas);
      assert.equal(belasOwn?.fields.customerName, person.customer_name, 'another account keeps its own');

      listener.answer(200);
      const numbers = ['HERS-1', 'OLLE-2'];
      await until('all that was owed has gone out', async () => {
        const { data } = (await anna.owner('GET', '/deliveries?limit=100')).json;
        const states = new Set(data.map((delivery: { state: string }) => delivery.state));
        // On a slow day the tries are used up before.
        if (states.has('parked'))
          for (const webhook of webhooks)
            await anna.owner('POST', `/webhooks/${webhook}/recover`, {
              body: { since: '2020-01-01T00:00:00Z' },
            });
        return states.size === 1 && states.has('accepted');
      });
      const sent = heard.slice(from).filter((one) => numbers.some((number) => one.body.includes(number)));
      assert.ok(sent.length >= 12);
      for (const { path, headers, body } of sent) {
        assert.equal(traces.exec(body)?.[0], undefined, path);
        const secret = secrets.get(path.split('/').at(-1) as string);
        assert.equal((await verifyWebhook({ body, headers, secret })).ok, true, path);
      }
      const last = (await anna.owner('POST', '/people/erase', { body })).json.erased;
      assert.deepEqual([last.trackings, last.events, last.inbox_messages, last.answers], [0, 0, 0, 0]);
      const audit = await anna.owner('GET', '/audit');
      assert.deepEqual(
        audit.json.data
          .slice(0, 3)
          .map(({ action, about }: { action: string; about: null }) => [action, about]),
        [
          ['person.erased', null],
          ['person.erased', null],
          ['person.exported', null],
        ],
      );
      assert.equal(traces.exec(audit.text)?.[0], undefined);
    }),
);
