/**
 * The promise: whoever copies the code that the console shows has a receiver that believes what Waybell sends and nothing
 * else. Each example is run as it is shown, and gets real requests.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleOf } from '../console/src/format/exampleOf.ts';
import { WEBHOOK_VERSIONS, type WebhookVersion } from '../src/domain/status.ts';
import { buildRequest } from '../src/wire/request.ts';
import {
  type AskExample,
  type Example,
  exampleSource,
  languages,
  skippedWithoutLanguage,
  withExample,
} from './support/receiverExamples.ts';

const url = 'https://shop.example/hooks/way-bell?token=not-to-be-shown';
const email = 'warehouse@shop.example';
const accountSecret = 'c0ffee00-1234-4abc-8def-0123456789ab';
const secret = `whsec_${Buffer.from('a key of twenty-four b..').toString('base64')}`;
const otherSecret = `whsec_${Buffer.from('the key of last year....').toString('base64')}`;

for (const language of languages) {
  for (const version of WEBHOOK_VERSIONS) {
    test(`the ${language} example of ${version} believes what is genuine and nothing else`, async (t) => {
      if (await skippedWithoutLanguage(t, { language, version })) return;
      const keys = { email, accountSecret };
      await withExample({ language, version, url, secret, ...keys }, async (ask) => {
        await assertStandard(ask, version);
        if (version !== 'standard') await assertOwn(ask, version);
      });
    });
  }
}

test('an example has no part of another version, no mark, and nothing of the address that may be a credential', () => {
  for (const language of languages) {
    for (const version of WEBHOOK_VERSIONS) {
      const text = exampleOf(exampleSource(language), { version, url });
      assert.doesNotMatch(text, /^\s*(\/\/|#)~|ENDPOINT|token|whsec_\w{2}/m, `${language} ${version}`);
      assert.match(text, /https:\/\/shop\.example\/hooks\/way-bell$/m);
      assert.equal(/verifyInfo|VerifyInfo/.test(text), version === 'v2', `${language} ${version}`);
      assert.equal(/WAYBELL_EMAIL/.test(text), version === 'v2' || version === 'v3');
      assert.equal(/WAYBELL_ACCOUNT_SECRET/.test(text), version === 'v4');
    }
  }
});

test('an address cannot end the text that it is put into', () => {
  const hostile = `https://shop.example/a'b"c\`d\${e}$&\\f#g`;
  for (const language of languages) {
    const text = exampleOf(exampleSource(language), { version: 'v2', url: hostile });
    assert.match(text, /https:\/\/shop\.example\/a%27b%22c%60d%24%7Be%7D%24&\/f$/m, language);
  }
});

/** By the signature over the body. */
async function assertStandard(ask: AskExample, version: WebhookVersion): Promise<void> {
  const genuine = requestAt(version, { ago: 0 });
  const verdicts: [string, Example][] = [
    ['accepted', genuine],
    ['accepted', requestAt(version, { ago: 0, secrets: [otherSecret, secret] })],
    ['refused', { ...genuine, body: genuine.body.replace('"LZ55', '"LZ56') }],
    ['refused', requestAt(version, { ago: 0, secrets: [otherSecret] })],
    ['refused', requestAt(version, { ago: 400 })],
    ['refused', requestAt(version, { ago: -400 })],
    ['refused', { ...genuine, headers: without(genuine.headers, 'webhook-signature') }],
    ['refused', { ...genuine, headers: without(genuine.headers, 'webhook-id') }],
    ['refused', { ...genuine, headers: { ...genuine.headers, 'webhook-timestamp': 'yesterday' } }],
    ['refused', { headers: genuine.headers, body: '' }],
  ];
  for (const [index, [verdict, request]] of verdicts.entries())
    assert.equal(await ask(request), verdict, `request ${index}`);
}

/** By TrackingMore's signature, where its key is set too. */
async function assertOwn(ask: AskExample, version: WebhookVersion): Promise<void> {
  const other = { signingEmail: 'other@shop.example', accountSecret: 'another' };
  assert.equal(await ask(requestAt(version, { ago: 0, ...other })), 'refused');
}

function requestAt(
  version: WebhookVersion,
  said: { ago: number; secrets?: string[]; signingEmail?: string; accountSecret?: string },
): Example {
  const now = Date.now() - said.ago * 1000;
  return buildRequest({
    ...{ version, data: '{"tracking_number":"LZ550018342CN","title":"Teapot \\/ blue"}', revision: 4 },
    ...{ deliveryId: 'dlv_019b76da0a5c7c0e9a3f5b21d4e8c610', eventType: 'tracking.status_changed' },
    ...{ eventAt: now, now, signingEmail: email, accountSecret, secrets: [secret], signatureHeaders: null },
    ...{ headers: {}, userAgent: 'Waybell/0', ...without(said, 'ago') },
  });
}

function without<Some extends object>(some: Some, name: keyof Some): Omit<Some, never> {
  return Object.fromEntries(Object.entries(some).filter(([key]) => key !== name)) as Some;
}
