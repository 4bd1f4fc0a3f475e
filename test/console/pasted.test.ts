/** A request that was received is pasted in the forms in which people find it, and what was done to it is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Finding, findingOf } from '../../console/src/format/findings.ts';
import { type Pasted, readPasted } from '../../console/src/format/pasted.ts';
import { WEBHOOK_VERSIONS, type WebhookVersion } from '../../src/domain/status.ts';
import { buildRequest, type WebhookRequest } from '../../src/wire/request.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const secret = `whsec_${Buffer.from('a key of twenty-four b..').toString('base64')}`;
const otherSecret = `whsec_${Buffer.from('the key of last year....').toString('base64')}`;
const email = 'warehouse@shop.example';
const accountSecret = 'c0ffee00-1234-4abc-8def-0123456789ab';

const standard = requestOf('standard');
const v2 = requestOf('v2');

test('a raw request, what curl shows, a command, JSON and a body alone are read to the same', () => {
  const { headers, body } = v2;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const shown = [...lines.map((line) => `> ${line}`), '>', '< HTTP/1.1 200 OK', '< content-length: 3', '<'];
  const http = ['POST /hook HTTP/1.1', 'Host: shop.example', ...lines, '', body].join('\n');
  const pascal = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
  );
  const php = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      `HTTP_${name.toUpperCase().replaceAll('-', '_')}`,
      value,
    ]),
  );
  const command = `curl -X POST 'https://shop.example' \\\n${lines.map((line) => `  -H '${line}' \\\n`).join('')}  --data-raw '${body}'`;
  const quoted = `curl https://shop.example ${lines.map((line) => `-H "${line}"`).join(' ')} -d ${JSON.stringify(body)}`;
  const given: [Pasted['form'], string][] = [
    ['http', http],
    ['http', http.replaceAll('\n', '\r\n')],
    ['http', [...lines, '', body].join('\n')],
    ['curlOutput', ['* Connected', '> POST /hook HTTP/1.1', ...shown, body].join('\n')],
    ['curlCommand', command],
    ['curlCommand', quoted],
    ['jsonHeaders', `${JSON.stringify(headers, null, 2)}\n\n${body}`],
    ['jsonHeaders', `${JSON.stringify(pascal)}\n${body}`],
    ['jsonHeaders', `${JSON.stringify(php)}\n${body}`],
    ['jsonRequest', JSON.stringify({ headers, body })],
    ['jsonRequest', JSON.stringify({ headers, body: btoa(body), isBase64Encoded: true })],
  ];
  for (const [form, text] of given) {
    const read = readPasted(text);
    assert.equal(read.form, form, text);
    assert.equal(read.body, body, text);
    for (const [name, value] of Object.entries(headers)) assert.equal(read.headers[name], value, text);
  }
  assert.deepEqual(readPasted(body), { form: 'body', headers: {}, body, wasParsed: false });
  assert.equal(readPasted(lines.join('\n')).form, 'headers');
  assert.equal(readPasted(JSON.stringify(headers)).form, 'headers');
  const parsed = readPasted(JSON.stringify({ headers, body: JSON.parse(body) }));
  assert.deepEqual([parsed.form, parsed.wasParsed], ['jsonRequest', true]);
});

test('whatever is pasted is read without an error', () => {
  for (const text of [
    '',
    '{',
    '[',
    '"',
    '{}',
    '[]',
    'null',
    "curl '",
    'curl',
    '>',
    ':',
    '{"headers":{}}',
    '{"a":"b"}x',
  ])
    assert.equal(typeof readPasted(text).body, 'string', text);
});

test('a request as it was sent verifies, in every version and with every key of it', async () => {
  for (const version of WEBHOOK_VERSIONS) {
    const keys = { v2: email, v3: email, v4: accountSecret, standard: secret };
    for (const key of [secret, keys[version]]) {
      const finding = await find(requestOf(version), key);
      assert.ok(finding.verdict === 'genuine', `${version} ${JSON.stringify(finding)}`);
      assert.deepEqual([finding.mends, finding.version, finding.lateSeconds], [[], version, 0]);
      assert.equal(finding.scheme, key === secret ? 'standard' : version);
    }
  }
});

test('an old one is told from a forged one, with the seconds that it is too old or too new by', async () => {
  for (const [later, lateSeconds] of [
    [300, 0],
    [301, 1],
    [7500, 7200],
    [-301, -1],
  ] as const) {
    const finding = await find(standard, secret, later);
    assert.ok(finding.verdict === 'genuine');
    assert.equal(finding.lateSeconds, lateSeconds);
  }
});

test('what was done to a body on its way is named, and so is what is wrong with the key', async () => {
  const { body } = v2;
  const plain = JSON.stringify(JSON.parse(body));
  const php = body.replaceAll('\\/', '/');
  const changed: [WebhookRequest, string, readonly string[]][] = [
    [{ ...v2, body: `${body}\n` }, secret, ['space']],
    [{ ...v2, body: JSON.stringify(JSON.parse(body), null, 2) }, secret, ['pretty', 'slashes', 'unicode']],
    [{ ...v2, body: php }, secret, ['slashes']],
    [{ ...v2, body: plain }, secret, ['slashes', 'unicode']],
    [{ ...v2, body: JSON.stringify(body) }, secret, ['twice']],
    [{ ...standard, body: JSON.stringify(JSON.parse(standard.body), null, 4) }, secret, ['pretty']],
    [{ ...standard, body: standard.body.replaceAll('/', '\\/') }, secret, ['slashesAdded']],
    [{ ...standard, body: escaped(standard.body) }, secret, ['unicodeAdded']],
    [{ ...standard, body: latin1(standard.body) }, secret, ['encoding']],
    [standard, ` "${secret}"\n`, ['keySpace']],
    [standard, secret.slice(6), ['keyPrefix']],
    [v2, 'Warehouse@Shop.example', ['keyCase']],
    [{ ...standard, headers: renamed(standard.headers) }, secret, ['headerNames']],
    [
      { headers: renamed(standard.headers), body: `${standard.body}\n` },
      `${secret} `,
      ['headerNames', 'keySpace', 'space'],
    ],
  ];
  for (const [request, key, mends] of changed) {
    const finding = await find(request, key);
    assert.ok(finding.verdict === 'genuine', `${mends} ${JSON.stringify(finding)}`);
    assert.deepEqual(finding.mends, mends);
  }
});

test('what cannot be mended is refused with what is missing or wrong', async () => {
  const { 'webhook-id': _id, 'webhook-timestamp': _time, ...lacking } = standard.headers;
  const [v4, { headers }] = [requestOf('v4'), standard];
  const swapped = (({ data, ...rest }) => JSON.stringify({ data, ...rest }))(JSON.parse(standard.body));
  const forged = standard.body.replace('LZ55', 'LZ56');
  const why: [WebhookRequest, string, string, string?][] = [
    [{ headers, body: '' }, secret, 'noBody'],
    [standard, ' ', 'noKey'],
    [{ headers, body: standard.body.slice(0, -2) }, secret, 'notJson'],
    [{ headers: lacking, body: standard.body }, secret, 'missingHeaders', 'webhook-id, webhook-timestamp'],
    [{ ...standard, headers: { ...headers, 'webhook-timestamp': 'noon' } }, secret, 'timeNotNumber'],
    [standard, 'whsec_not base64!', 'malformedSecret'],
    [{ ...standard, headers: { ...headers, 'webhook-signature': 'v2,abc' } }, secret, 'noVersion1'],
    [{ headers, body: swapped }, secret, 'keyOrder', 'type, timestamp, data'],
    [{ headers, body: forged }, secret, 'noMatch'],
    [standard, otherSecret, 'noMatch'],
    [standard, email, 'emailNotKey'],
    [v2, 'other@shop.example', 'emailNoMatch'],
    [v4, 'another', 'accountNoMatch'],
    [standard, accountSecret, 'noTimeSignature', 'timestamp, signature'],
  ];
  for (const [request, key, reason, names = ''] of why)
    assert.deepEqual(await find(request, key), { verdict: 'refused', why: reason, names }, reason);
  const parsed = readPasted(JSON.stringify({ headers, body: JSON.parse(forged) }));
  assert.equal((await findingOf({ pasted: parsed, key: secret, now })).verdict, 'refused');
});

function find(request: WebhookRequest, key: string, laterSeconds = 0): Promise<Finding> {
  const pasted: Pasted = { form: 'http', wasParsed: false, ...request };
  return findingOf({ pasted, key, now: now + laterSeconds * 1000 });
}

function requestOf(version: WebhookVersion): WebhookRequest {
  const isPlain = version === 'standard';
  const data = isPlain
    ? '{"tracking_number":"LZ550018342CN","title":"Köln / blue","note":"\\"quoted\\""}'
    : '{"tracking_number":"LZ550018342CN","title":"K\\u00f6ln \\/ blue","note":"\\"quoted\\""}';
  return buildRequest({
    ...{ version, data, revision: 4, deliveryId: 'dlv_019b76da0a5c7c0e9a3f5b21d4e8c610' },
    ...{ eventType: 'tracking.status_changed', eventAt: now, now, signingEmail: email, accountSecret },
    ...{ secrets: [secret], signatureHeaders: null, headers: {}, userAgent: 'Waybell/0' },
  });
}

function renamed(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
  );
}

function escaped(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`);
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
