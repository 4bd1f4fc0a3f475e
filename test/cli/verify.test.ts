import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { signStandard, signTime } from '../../src/sdk/sign.ts';
import { run, withFolder } from './program.ts';

const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

interface Vector {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly email: string | null;
  readonly secret: string | null;
  readonly valid: boolean;
}

test('a body from standard input is verified by the headers that came with it, however old', () =>
  withFolder(async (cwd) => {
    const body = '{"type":"tracking.updated","data":{"tracking_number":"AB9"}}';
    const timestamp = 1488249109;
    const signature = await signStandard({ secret, id: 'dlv_1', timestamp, body });
    const headers = [
      `webhook-id: dlv_1`,
      `Webhook-Timestamp:${timestamp}`,
      `webhook-signature: ${signature}`,
    ];
    const args = ['verify', '-', '--secret', secret, ...headers.flatMap((header) => ['--header', header])];
    const genuine = await run(args, { cwd, stdin: body });
    assert.match(genuine.stdout, /AB9 .*✔ verified/);
    assert.equal(genuine.code, 0);
    const changed = await run(args, { cwd, stdin: body.replace('AB9', 'AB8') });
    assert.match(changed.stdout, /AB8 .*✗ The signature does not match/);
    assert.equal(changed.code, 1);
  }));

test('V4 is verified by its two headers and the account secret', () =>
  withFolder(async (cwd) => {
    const signature = await signTime({ key: 'plain-secret', timestamp: 1488249109 });
    const headers = ['--header', 'timestamp: 1488249109', '--header', `signature: ${signature}`];
    const { stdout, code } = await run(['verify', '-', '--secret', 'plain-secret', ...headers], {
      cwd,
      stdin: '{"code":200,"data":{"tracking_number":"AB9","delivery_status":"transit"}}',
    });
    assert.match(stdout, /AB9 {2}transit {2}v4 {2}✔ verified/);
    assert.equal(code, 0);
  }));

test('the published vectors are judged as they say', () =>
  withFolder(async (cwd) => {
    const file = path.join(import.meta.dirname, '../../receivers/vectors.json');
    const vectors: Vector[] = JSON.parse(await readFile(file, 'utf8'));
    const published = vectors.filter(({ name }) => name.includes('published'));
    assert.ok(published.length >= 2);
    for (const { name, body, email, secret: key, headers, valid } of published) {
      const keys = [
        ...(email === null ? [] : ['--email', email]),
        ...(key === null ? [] : ['--secret', key]),
      ];
      const given = Object.entries(headers).flatMap((header) => ['--header', header.join(': ')]);
      const { code } = await run(['verify', '-', ...keys, ...given], { cwd, stdin: body });
      assert.equal(code, valid ? 0 : 1, name);
    }
  }));

test('a log says that the signature in headers is not in it', () =>
  withFolder(async (cwd) => {
    const { stdout, code } = await run(['verify', '-', '--secret', secret], {
      cwd,
      stdin: '2026-11-23 20:45:00:  {"a":1}\r\n',
    });
    assert.match(stdout, /✗ A log holds no headers/);
    assert.equal(code, 1);
  }));

test('what is missing is said with the remedy', () =>
  withFolder(async (cwd) => {
    const nothingToCheckWith = await run(['verify', '-'], { cwd, stdin: '{}' });
    assert.match(nothingToCheckWith.stderr, /Give --email .* or --secret/);
    assert.equal(nothingToCheckWith.code, 1);
    const noFile = await run(['verify', 'gone.json', '--email', 'a@b.c'], { cwd });
    assert.match(noFile.stderr, /gone\.json cannot be read/);
    assert.equal(noFile.code, 1);
    const noHeader = await run(['verify', '-', '--email', 'a@b.c', '--header', 'nonsense'], {
      cwd,
      stdin: '{}',
    });
    assert.match(noHeader.stderr, /is not a header/);
    const empty = await run(['verify', '-', '--email', 'a@b.c'], { cwd });
    assert.match(empty.stdout, /✗ The body was empty/);
    assert.equal(empty.code, 1);
  }));
