import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { limits } from '../../src/domain/limits.ts';
import { signStandard, signTime } from '../../src/sdk/sign.ts';
import { fullRequest } from '../support/fullBody.ts';
import { type Ended, type Running, run, start, withFolder } from './program.ts';

const email = 'shop@example.com';
const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

interface Listening {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly program: Running;
  readonly log: () => Promise<string>;
  readonly post: (
    body: string | Buffer,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; text: string }>;
}

async function withListen(
  args: readonly string[],
  use: (listening: Listening) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let ended: Ended | null = null;
  await withFolder(async (folder) => {
    const program = start(['listen', '--port', '0', ...args], { cwd: folder, environment });
    try {
      const [, url = '', port] = await program.printed(/(http:\/\/127\.0\.0\.1:(\d+)\/)/);
      await program.printed(/Ctrl-C/);
      const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
        const response = await fetch(url, {
          method: 'POST',
          body: new Uint8Array(Buffer.from(body)),
          headers,
        });
        return { status: response.status, text: await response.text() };
      };
      await use({
        url,
        port: Number(port),
        folder,
        program,
        post,
        log: () => readFile(path.join(folder, 'webhooks.log'), 'latin1'),
      });
    } finally {
      ended = await program.interrupt();
    }
  });
  return ended as unknown as Ended;
}

async function v2Body({ number = 'LX1', key = email } = {}): Promise<string> {
  const timestamp = 1488249109;
  const signature = await signTime({ key, timestamp });
  const data = { tracking_number: number, status: 'exception' };
  return JSON.stringify({ data, verifyInfo: { timeStr: timestamp, signature } });
}

async function standardHeaders(body: string, id: string): Promise<Record<string, string>> {
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = await signStandard({ secret, id, timestamp, body });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
    'waybell-revision': '3',
  };
}

test('a genuine webhook is verified, shown, logged and answered with 200', async () => {
  const body = await v2Body();
  await withListen(['--email', email], async ({ post, program, log }) => {
    assert.deepEqual(await post(body), { status: 200, text: '200' });
    await program.printed(/LX1 +exception +v2 .*✔ verified/);
    assert.match(await log(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: {2}\{.*\}\r\n$/);
    assert.equal((await log()).slice('2026-11-23 20:45:00:  '.length), `${body}\r\n`);
  });
});

test('times in the log are local', async () => {
  await withListen([], async ({ post, log }) => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    await post('{}');
    const written = Date.parse(`${(await log()).slice(0, 19).replace(' ', 'T')}+05:30`);
    assert.ok(written >= before && written <= Date.now(), await log());
  });
});

test('a wrong signature is named with its reason, and logged all the same', async () => {
  const body = await v2Body({ key: 'other@example.com' });
  await withListen(['--email', email], async ({ post, program, log }) => {
    assert.equal((await post(body)).status, 200);
    await program.printed(/✗ The v2 signature does not match its time/);
    assert.ok((await log()).includes(body));
  });
});

test('with a whsec_ secret the whole body counts, and id and revision are shown', async () => {
  const body = JSON.stringify({
    type: 'tracking.updated',
    data: { tracking_number: 'AB9', status: 'delivered' },
  });
  const id = 'dlv_0123456789abcdef0123456789abcdef';
  const headers = await standardHeaders(body, id);
  await withListen(['--secret', secret], async ({ post, program }) => {
    await post(body, headers);
    await program.printed(/AB9 +delivered +standard +…89abcdef +r3 +✔ verified/);
    await post(`${body} `, headers);
    await program.printed(/✗ The signature does not match.* duplicate/);
  });
});

test('the answers are given in turn, again and again', async () => {
  await withListen(['--respond', '500,503,200'], async ({ post }) => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await post('{}')).status);
    assert.deepEqual(statuses, [500, 503, 200, 500, 503, 200]);
  });
});

test('an empty body is noted', async () => {
  await withListen(['--email', email], async ({ post, program, log }) => {
    assert.deepEqual(await post(''), { status: 200, text: '' });
    await program.printed(/✗ can not get webhook data!/);
    assert.match(await log(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: can not get webhook data!\r\n$/);
  });
});

test('the largest webhook there can be is taken', async () => {
  const { body, headers } = fullRequest('v2', email);
  const ended = await withListen(['--email', email], async ({ post, log }) => {
    assert.equal((await post(body, headers)).status, 200);
    assert.ok((await log()).includes(body));
  });
  assert.match(ended.stdout, /1 came, 1 verified/);
});

test('garbage does not end it, and cannot paint on the terminal', async () => {
  const ended = await withListen(['--email', email], async ({ post, port, url, program, log }) => {
    await post(Buffer.from([0, 255, 254, 13, 10, 27]));
    await post('{"data":{"tracking_number":"\u001b[31mRED","status":["x"]},"verify":null}');
    await post('[1,2');
    assert.equal((await fetch(url)).status, 405);
    const rude = connect(port, '127.0.0.1');
    rude.end('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\ncut');
    rude.resume();
    await once(rude, 'close');
    await assert.rejects(
      fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: Buffer.alloc(limits.webhookBodyBytesMax + 1),
      }).then(ifNot413),
    );
    assert.equal((await post(await v2Body({ number: 'LAST1' }))).status, 200);
    await program.printed(/LAST1/);
    assert.ok((await log()).includes('\0ÿþ\r\n\x1b'), 'bytes are kept as they came');
  });
  assert.ok(!ended.stdout.includes('\x1b'));
  assert.match(ended.stdout, /4 came, 1 verified, 0 duplicates\./);
});

/** The server answers and closes while the body is still being sent, so either is what a client may see. */
async function ifNot413(response: Response): Promise<void> {
  if (response.status === 413) throw new Error('413');
}

test('Ctrl-C tells how many came, were verified and were duplicates', async () => {
  const body = await v2Body();
  const ended = await withListen(['--email', email], async ({ post }) => {
    await post(body, { 'webhook-id': 'dlv_1' });
    await post(body, { 'webhook-id': 'dlv_1' });
    await post(await v2Body({ key: 'x@example.com' }), { 'webhook-id': 'dlv_2' });
  });
  assert.equal(ended.code, 0);
  assert.match(ended.stdout, /3 came, 2 verified, 1 duplicates\./);
});

test('the start tells the address, the network to allow and how to register', async () => {
  await withListen([], async ({ url, program }) => {
    await program.printed(/--allow-network 127\.0\.0\.1\/32/);
    const [line] = await program.printed(/curl http:\/\/127\.0\.0\.1:8080\/api\/v1\/webhooks .*/);
    assert.ok(line.includes(`"url":"${url}"`), line);
    assert.ok(line.includes('$(cat data/api-key)'), line);
    await program.printed(/Nothing can be verified yet/);
  });
});

test('what is to be pasted is quoted where the path of the data has a space', async () => {
  await withListen(
    [],
    async ({ program }) => {
      const [line] = await program.printed(/curl http:.* -d .*/);
      assert.ok(line.includes("$(cat 'my data/api-key')"), line);
    },
    { WAYBELL_DATA: 'my data' },
  );
});

test('with --json each request is one line of JSON and nothing else is on the output', async () => {
  await withFolder(async (folder) => {
    const program = start(['listen', '--port', '0', '--json', '--email', email], { cwd: folder });
    const { port } = await portFrom(program);
    await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: await v2Body() });
    const { stdout, code } = await program.interrupt();
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 1);
    const { tracking_number: number, verified, answered, duplicate } = JSON.parse(lines[0] ?? '');
    assert.deepEqual(
      { number, verified, answered, duplicate },
      { number: 'LX1', verified: true, answered: 200, duplicate: false },
    );
    assert.equal(code, 0);
  });
});

async function portFrom(program: Running): Promise<{ port: number }> {
  const [, port] = await program.complained(/http:\/\/127\.0\.0\.1:(\d+)\//);
  return { port: Number(port) };
}

test('what cannot work is said before it starts, with the remedy', async () => {
  await withFolder(async (folder) => {
    const badStatus = await run(['listen', '--respond', '200,99'], { cwd: folder });
    assert.equal(badStatus.code, 1);
    assert.match(badStatus.stderr, /statuses from 200 to 599/);
    const badLog = await run(['listen', '--port', '0', '--log', 'no/such/folder/x.log'], { cwd: folder });
    assert.equal(badLog.code, 1);
    assert.match(badLog.stderr, /cannot be written.*--log FILE/);
  });
  await withListen([], async ({ port, folder }) => {
    const taken = await run(['listen', '--port', String(port)], { cwd: folder });
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /is taken.*--port/);
  });
});

test('a log that was written is verified again, and the entries that are not genuine are named', async () => {
  const good = await v2Body({ number: 'GOOD1' });
  await withListen([], async ({ post, folder }) => {
    await post(good);
    await post('');
    await post(`{\r\n"not": "one line"}`);
    await post(await v2Body({ number: 'BAD1', key: 'x@example.com' }));
    const { stdout, code } = await run(['verify', 'webhooks.log', '--email', email], { cwd: folder });
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 5);
    assert.match(lines[0] ?? '', /GOOD1 .*✔ verified.*signed 2017-02-28 08:01:49/);
    assert.match(lines[1] ?? '', /✗ The body was empty/);
    assert.match(lines[2] ?? '', /✗ The request carries no signature/);
    assert.match(lines[3] ?? '', /BAD1 .*✗ The v2 signature does not match/);
    assert.equal(lines[4], '1 of 4 verified.');
    assert.equal(code, 1);

    await writeFile(path.join(folder, 'one.json'), good);
    const alone = await run(['verify', 'one.json', '--email', email, '--json'], { cwd: folder });
    assert.equal(alone.code, 0);
    assert.equal(JSON.parse(alone.stdout).results[0].verified, true);
  });
});
