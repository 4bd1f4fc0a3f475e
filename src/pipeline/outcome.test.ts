import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFailure, aResponse } from '../../test/support/build.ts';
import type { Exchange, Verdict } from '../domain/attempt.ts';
import { type Acceptance, acceptanceOf } from '../domain/delivery.ts';
import { judge, NOT_MAILED, UNWANTED } from './outcome.ts';

const acceptances = ['only_200', 'any_2xx', 'any_response'] as const satisfies readonly Acceptance[];

interface Row {
  readonly what: string;
  readonly exchanges: readonly Exchange[];
  /** In the order of `acceptances`. */
  readonly verdicts: readonly [Verdict, Verdict, Verdict];
}

const table: readonly Row[] = [
  { what: '200', exchanges: answers(200), verdicts: ['accepted', 'accepted', 'accepted'] },
  {
    what: 'another 2xx',
    exchanges: answers(201, 202, 204, 206, 299),
    verdicts: ['retry', 'accepted', 'accepted'],
  },
  {
    what: 'a redirect',
    exchanges: answers(300, 301, 302, 303, 304, 307, 308, 399),
    verdicts: ['retry', 'retry', 'accepted'],
  },
  {
    what: '410',
    exchanges: answers(410),
    verdicts: ['park_and_disable', 'park_and_disable', 'accepted'],
  },
  {
    what: 'another 4xx',
    exchanges: answers(400, 401, 403, 404, 408, 409, 411, 413, 422, 429, 499),
    verdicts: ['retry', 'retry', 'accepted'],
  },
  {
    what: 'a 5xx',
    exchanges: answers(500, 502, 503, 504, 599),
    verdicts: ['retry', 'retry', 'accepted'],
  },
  {
    what: 'no response',
    exchanges: [
      aFailure({ code: 'ENOTFOUND', address: null }),
      aFailure({ code: 'ECONNREFUSED' }),
      aFailure({ code: 'CERT_HAS_EXPIRED' }),
      aFailure({ phase: 'during', code: 'TIMEOUT' }),
      aFailure({ phase: 'during', code: 'ECONNRESET' }),
      aFailure({ phase: 'after', code: 'ECONNRESET' }),
    ],
    verdicts: ['retry', 'retry', 'retry'],
  },
  {
    what: 'an address refused by our own rules',
    exchanges: [aFailure({ code: 'REFUSED_ADDRESS', address: null })],
    verdicts: ['retry', 'retry', 'retry'],
  },
  {
    what: 'a failure of our own network or proxy',
    exchanges: [
      aFailure({ code: 'EAI_AGAIN', ours: true, address: null }),
      aFailure({ code: 'ENETUNREACH', ours: true }),
      aFailure({ phase: 'during', code: 'PROXY', ours: true }),
    ],
    verdicts: ['unspent', 'unspent', 'unspent'],
  },
];

for (const { what, exchanges, verdicts } of table) {
  for (const [index, acceptance] of acceptances.entries()) {
    test(`${what} is ${verdicts[index]} under ${acceptance}`, () => {
      for (const exchange of exchanges) {
        const { verdict, reason } = judge(exchange, acceptance);
        assert.equal(verdict, verdicts[index], JSON.stringify(exchange));
        assert.match(reason, /^\S.*\.$/, 'the reason is a sentence');
      }
    });
  }
}

test('the body of an answer never matters', () => {
  const refusal = aResponse({ body: '{"error":"no"}', truncated: true });
  for (const acceptance of acceptances) assert.equal(judge(refusal, acceptance).verdict, 'accepted');
});

test('a failure is told in its own words', () => {
  assert.equal(
    judge(aFailure({ reason: 'The name was not found.' }), 'only_200').reason,
    'The name was not found.',
  );
});

test('callback true asks for 200 in v2 and v3 and for any 2xx in v4 and standard', () => {
  assert.equal(acceptanceOf({ version: 'v2', callback: true }), 'only_200');
  assert.equal(acceptanceOf({ version: 'v3', callback: true }), 'only_200');
  assert.equal(acceptanceOf({ version: 'v4', callback: true }), 'any_2xx');
  assert.equal(acceptanceOf({ version: 'standard', callback: true }), 'any_2xx');
});

test('callback false takes any response in every version', () => {
  for (const version of ['v2', 'v3', 'v4', 'standard'] as const) {
    assert.equal(acceptanceOf({ version, callback: false }), 'any_response');
  }
});

function answers(...statuses: readonly number[]): Exchange[] {
  return statuses.map((status) => aResponse({ status }));
}

test('a letter is judged by what the mail server says, and one that was not tried by why', () => {
  const verdictOf = (exchange: Exchange) =>
    judge(exchange, acceptanceOf({ version: 'mail', callback: true })).verdict;
  for (const status of [250, 251]) assert.equal(verdictOf(aResponse({ status })), 'accepted');
  for (const status of [450, 451, 452]) assert.equal(verdictOf(aResponse({ status })), 'retry');
  for (const status of [550, 552, 554]) assert.equal(verdictOf(aResponse({ status })), 'park');
  for (const code of ['ESOCKET', 'EAUTH', 'TIMEOUT', 'EENVELOPE'])
    assert.equal(verdictOf(aFailure({ code, ours: true })), 'unspent');
  assert.equal(verdictOf(aFailure({ code: UNWANTED, ours: true })), 'cancel');
  assert.equal(verdictOf(aFailure({ code: NOT_MAILED, ours: true })), 'park');
});
