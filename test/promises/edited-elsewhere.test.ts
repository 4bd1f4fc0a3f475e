// What one process holds in memory of a parcel, an account or a webhook, another changes: what is decided after that rests on what
// is there. Each of these was once answered with 200 and not done.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { openLink } from '../../chaos/postgres/link.ts';
import { startChildServer } from '../support/childServer.ts';
import {
  type Asked,
  assertEachOnceInOrder,
  deliveriesOf,
  operatorKey,
  pairEnvironment,
  scanOf,
  startPair,
  webhookOf,
} from '../support/pair.ts';
import { folderOf } from '../support/postgres.ts';
import { callerOf } from '../support/server.ts';
import { until } from '../support/until.ts';

const counting = path.join(import.meta.dirname, '../support/countedAsking.ts');
const { cluster, database, first, second } = await startPair(
  { after },
  { environment: { NODE_OPTIONS: `--import=${counting}` } },
);
const bothWays = [
  [first, second],
  [second, first],
] as const;
const courier = 'china-ems';

const titlings = {
  update: async (server: Asked, _id: string, tracking_number: string, title: string) => {
    const result = await update(server, { tracking_number, courier_code: courier, title });
    assert.equal(result.changed, true);
  },
  edit: async (server: Asked, id: string, _number: string, title: string) => {
    const answer = await server.call('PATCH', `/trackings/${id}`, { body: { title } });
    assert.deepEqual([answer.status, answer.json.title], [200, title], answer.text);
  },
};

for (const [name, entitle] of Object.entries(titlings)) {
  test(`a title that another process has changed meanwhile is what is said last, by ${name}`, async () => {
    for (const [index, [here, there]] of bothWays.entries()) {
      const tracking_number = `WBTITLE${name}${index}`;
      const { tracking_id: id } = await update(here, {
        tracking_number,
        courier_code: courier,
        title: 'X',
      });
      let revision = 1;
      for (const title of ['Y', 'X', 'Z', 'X']) {
        // X is always said by the one that made it X before.
        await entitle(title === 'X' ? here : there, id, tracking_number, title);
        revision++;
        for (const server of [here, there]) {
          const { json } = await server.call('GET', `/trackings/${id}`);
          assert.deepEqual([json.title, json.revision], [title, revision]);
        }
      }
    }
  });
}

test('a parcel that another process has deleted is made anew by what is said again', async () => {
  const makings: ((server: Asked, tracking_number: string) => Promise<string>)[] = [
    async (server, tracking_number) => (await update(server, parcel(tracking_number))).tracking_id,
    async (server, tracking_number) => {
      const { status, text, json } = await server.call('POST', '/trackings', {
        body: { tracking_number, courier_code: courier },
      });
      assert.equal(status, 201, text);
      return json.id;
    },
  ];
  const parcel = (tracking_number: string) => ({ tracking_number, courier_code: courier });
  for (const [way, [here, there]] of bothWays.entries()) {
    for (const [kind, make] of makings.entries()) {
      const number = `WBANEW${way}${kind}`;
      const ids: string[] = [];
      for (let life = 0; life < 3; life++) {
        ids.push(await make(here, number));
        const gone = await there.call('DELETE', `/trackings/${ids.at(-1)}`);
        assert.equal(gone.status, 204, gone.text);
      }
      ids.push(await make(there, number));
      assert.equal(new Set(ids).size, ids.length);
      for (const server of [here, there]) {
        const { json } = await server.call('GET', `/trackings?tracking_number=${number}`);
        assert.deepEqual(idsIn(json), ids.slice(-1));
        for (const id of ids.slice(0, -1))
          assert.equal((await server.call('GET', `/trackings/${id}`)).status, 404);
      }
      // The one that does not hold the newest life in memory deletes it.
      assert.equal((await here.call('DELETE', `/trackings/${ids.at(-1)}`)).status, 204);
      assert.equal((await there.call('GET', `/trackings/${ids.at(-1)}`)).status, 404);
    }
  }
});

test('a parcel that another process has taken out of the archive is put away again', async () => {
  for (const [index, [here, there]] of bothWays.entries()) {
    const { tracking_id: id } = await update(here, { tracking_number: `WBAWAY${index}` });
    for (let round = 0; round < 3; round++) {
      for (const [server, act] of [
        [here, 'archive'],
        [there, 'unarchive'],
      ] as const) {
        const answer = await server.call('POST', `/trackings/${id}/${act}`);
        assert.equal(answer.status, 200, answer.text);
        for (const one of [here, there]) {
          const { json } = await one.call('GET', `/trackings/${id}`);
          assert.equal(json.archived, act === 'archive');
        }
      }
    }
  }
});

test('a scan without a courier is given to nobody once another process has made a second parcel of the number', async () => {
  for (const [index, [here, there]] of bothWays.entries()) {
    const scan = (minute: number) => scanOf(`TWO${index}`, minute);
    const one = await update(here, { ...scan(0), courier_code: courier });
    const other = await update(there, { ...scan(1), courier_code: 'dhl' });
    assert.notEqual(one.tracking_id, other.tracking_id);
    const { status, json } = await here.call('POST', '/updates', { body: { updates: [scan(2)] } });
    assert.deepEqual([status, json.results[0].error?.code], [200, 'courier_ambiguous']);
    const own = await update(here, { ...scan(2), courier_code: 'dhl' });
    assert.deepEqual([own.tracking_id, own.revision], [other.tracking_id, 2]);
    // And to the one that is left when the other is gone.
    assert.equal((await there.call('DELETE', `/trackings/${one.tracking_id}`)).status, 204);
    const left = await update(here, scan(3));
    assert.deepEqual([left.tracking_id, left.revision], [other.tracking_id, 3]);
  }
});

test('a courier is asked once for each refresh, whichever process is told of it', async () => {
  const numbers = Array.from({ length: 6 }, (_, index) => `SANDBOX-SILENT-${index}`);
  const isSettled = async (id: string): Promise<boolean> => {
    const rows = await cluster.query(database, `select poll_at from tracking where id = '${id}'`);
    return rows[0]?.poll_at === null;
  };
  for (const number of numbers) {
    const made = await first.call('POST', '/trackings', {
      body: { tracking_number: number, courier_code: 'sandbox' },
    });
    assert.equal(made.status, 201, made.text);
    const { id } = made.json;
    let asked = 1;
    await until('the courier was asked', async () => timesAsked(number) >= asked && (await isSettled(id)));
    // One of them has asked about it before and remembers what became of that.
    for (const server of [first, second, first, second]) {
      const { status, text } = await server.call('POST', `/trackings/${id}/refresh`);
      assert.equal(status, 200, text);
      asked++;
      await until('it was asked again', async () => timesAsked(number) >= asked && (await isSettled(id)));
    }
    assert.equal(timesAsked(number), asked);
  }
});

test('updates are taken while settings change all the time, and each is owed to whom it was owed to', async (t) => {
  const { receiver, webhook } = await webhookOf(t, first);
  const made = await callerOf(first.url, operatorKey)('POST', '/accounts', {
    body: { signing_email: 'dora@shop.example' },
  });
  assert.equal(made.status, 201, made.text);
  const others = [first, second].map(({ url }) => ({ call: callerOf(url, made.json.key) }));
  const { webhook: strange } = await webhookOf(t, others[0] as Asked);
  const editsEach = 20;
  /** Each edits a field of its own; at the end what it said last is there. */
  const edit = async (servers: readonly Asked[], id: string, field: string): Promise<void> => {
    const said = (edits: number) => (field === 'description' ? `No. ${edits}` : edits);
    for (let edits = 1; edits <= editsEach; edits++) {
      const { call } = servers[edits % 2] as Asked;
      const { status, text } = await call('PATCH', `/webhooks/${id}`, { body: { [field]: said(edits) } });
      assert.equal(status, 200, text);
    }
    for (const { call } of servers)
      await until('the last edit is there', async () => {
        const { json } = await call('GET', `/webhooks/${id}`);
        return json[field] === said(editsEach);
      });
  };
  const startedAt = performance.now();
  const edited = [
    ...['description', 'disable_after_days'].map((field) => edit([first, second], webhook.id, field)),
    ...['description', 'disable_after_days', 'rate_per_second'].map((field) =>
      edit(others, strange.id, field),
    ),
  ];
  let seconds: number | null = null;
  const editing = Promise.all(edited).finally(() => {
    seconds = (performance.now() - startedAt) / 1000;
  });
  const refused: string[] = [];
  const reporting = Array.from({ length: 4 }, async (_, index): Promise<number> => {
    let minute = 0;
    while (seconds === null) {
      const server = (index + minute) % 2 === 0 ? first : second;
      const { status, text, json } = await server.call('POST', '/updates', {
        body: { updates: [scanOf(`BUSY${index}`, minute)] },
      });
      assert.equal(status, 200, text);
      const [result] = json.results;
      // It may be sent again; then nothing of it was taken.
      if (result.error?.code === 'busy') {
        refused.push(text);
        continue;
      }
      assert.deepEqual([result.revision, result.changed], [minute + 1, true], text);
      minute++;
    }
    return minute;
  });
  const [total] = await Promise.all([
    Promise.all(reporting).then((counts) => counts.reduce((sum, count) => sum + count, 0)),
    editing,
  ]);
  await until('all have come', () => receiver.heard.length >= total);
  assertEachOnceInOrder(receiver, total);
  t.diagnostic(
    `${((editsEach * edited.length) / (seconds ?? 0)).toFixed(0)} edits a second, ${total} updates, ${refused.length} sent again`,
  );
});

test('an update is owed to a webhook that was made a moment before, also where no signal has told of it', async (t) => {
  const link = await openLink(
    { after: (end) => t.after(end) },
    path.join(folderOf(database), '.s.PGSQL.5432'),
  );
  const direct = `postgres://waybell@127.0.0.1:${link.port}${new URL(database).pathname}`;
  const deaf = await startChildServer(t, {
    flags: ['--database', database, '--database-direct', direct, '--lease-seconds', '3'],
    environment: pairEnvironment,
    key: first.key,
  });
  const known = await deaf.call('GET', '/webhooks');
  assert.equal(known.status, 200, known.text);
  link.hold();
  for (let round = 0; round < 5; round++) {
    const { receiver, webhook } = await webhookOf(t, first);
    assert.equal((await deaf.call('GET', `/webhooks/${webhook.id}`)).status, 200);
    await update(deaf, scanOf(`DEAF${round}`, 0));
    await receiver.hears(1);
    const edited = await first.call('PATCH', `/webhooks/${webhook.id}`, {
      body: { statuses: ['delivered'] },
    });
    assert.equal(edited.status, 200, edited.text);
    await update(deaf, scanOf(`DEAF${round}`, 1));
    assert.equal((await deliveriesOf(first, webhook.id)).length, 1);
    assert.equal((await first.call('DELETE', `/webhooks/${webhook.id}`)).status, 204);
  }
});

interface Result {
  readonly tracking_id: string;
  readonly revision: number;
  readonly changed: boolean;
}

test('a webhook that is owed very much is disabled through one process and deleted through another, and all of it is parked, then cancelled', async (t) => {
  const { receiver, webhook } = await webhookOf(t, first, { retry_seconds: [86_400] });
  receiver.answer(500);
  await update(first, { ...scanOf('VERYMUCH', 0), courier_code: courier });
  const [one] = await until('its retry is planned', async () => {
    const waiting = await deliveriesOf(second, webhook.id, 'waiting');
    return receiver.heard.length === 1 && waiting.length === 1 && waiting;
  });
  // More than is parked at once, each of a parcel of its own.
  const copies = 12_000;
  await cluster.query(
    database,
    `insert into delivery (account_id, id, webhook_id, tracking_id, event_id, number, revision, version, callback, ordered, state,
       attempts, due_at, created_at, shard)
     select account_id, left(id, -12) || lpad(to_hex(n), 12, '0'), webhook_id, left(tracking_id, -12) || lpad(to_hex(n), 12, '0'),
       event_id, number, revision, version, callback, ordered, state, attempts, due_at, created_at, shard
     from delivery, generate_series(1, ${copies}) as n where id = '${one?.id}'`,
  );
  const count = async (table: string, state: string) => {
    const where = `webhook_id = '${webhook.id}' and state = '${state}'`;
    const [row] = await cluster.query(
      database,
      `select count(*)::integer as rows from ${table} where ${where}`,
    );
    return row?.rows;
  };
  const disabled = await first.call('POST', `/webhooks/${webhook.id}/disable`);
  assert.deepEqual([disabled.status, disabled.json.enabled], [200, false], disabled.text);
  await until('all are parked', async () => (await count('delivery', 'parked')) === copies + 1);
  const deleted = await second.call('DELETE', `/webhooks/${webhook.id}`);
  assert.equal(deleted.status, 204, deleted.text);
  await until('all are cancelled', async () => (await count('delivery_history', 'cancelled')) === copies + 1);
  assert.equal(receiver.heard.length, 1);
});

async function update({ call }: Asked, said: object): Promise<Result> {
  const { status, text, json } = await call('POST', '/updates', { body: { updates: [said] } });
  assert.equal(status, 200, text);
  assert.equal(json.results[0].error, undefined, text);
  return json.results[0];
}

function timesAsked(number: string): number {
  const line = `asked about ${number.replaceAll('-', '')}\n`;
  return [first, second].reduce((sum, { everything }) => sum + everything.split(line).length - 1, 0);
}

function idsIn({ data }: { data: readonly { id: string }[] }): string[] {
  return data.map(({ id }) => id);
}
