/** Bodies of operational events are those of the reference page, each of them, byte for byte but for the line breaks. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { OperationalEvent, OperationalNews } from '../domain/operationalEvent.ts';
import { OPERATIONAL_EVENT_TYPES } from '../domain/webhook.ts';
import { renderOperational } from './operational.ts';
import { envelopeStandard } from './standard.ts';

const bare = '019b41f2c7a07e3d9a5e60718293a4b';
const failingSince = Date.parse('2026-01-05T13:21:40Z');
const later = Date.parse('2026-01-05T14:02:00Z');

const told: readonly (readonly [createdAt: number, news: OperationalNews])[] = [
  [Date.parse('2026-01-05T13:23:10Z'), { kind: 'webhook.failing', failingSince, reason: 'Answered 500.' }],
  [later, { kind: 'webhook.recovered', failingSince }],
  [
    later,
    {
      kind: 'webhook.disabled',
      disabledBy: 'failures',
      reason: 'Disabled after 5 days without an accepted delivery.',
      failingSince: failingSince - 5 * 86_400_000,
      parked: 214,
    },
  ],
  [
    later,
    {
      kind: 'delivery.parked',
      delivery: {
        id: `dlv_${bare}6`,
        eventId: `evt_${bare}7`,
        trackingId: `trk_${bare}8`,
        number: 'LZ550018342CN',
        revision: 4,
        attempts: 14,
        status: 503,
        reason: 'Answered 503.',
      },
    },
  ],
];

test('every kind has its body on the reference page', () => {
  const page = readFileSync(new URL('../../docs/reference/webhooks.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('\n## Operational events\n');
  const samples = [...section.matchAll(/```json\n([\s\S]+?)```/g)].map(([, text = '']) => JSON.parse(text));
  const bodies = told.map(([createdAt, news]) => bodyOf(createdAt, news));
  assert.deepEqual(
    samples.map((sample) => JSON.stringify(sample)),
    bodies,
  );
  assert.deepEqual(
    told.map(([, { kind }]) => kind),
    OPERATIONAL_EVENT_TYPES,
  );
});

test('what was not known is null, and nothing is left out', () => {
  const news = { kind: 'webhook.disabled', disabledBy: 'request', reason: 'x', failingSince: null } as const;
  const { data } = JSON.parse(bodyOf(later, { ...news, parked: 0 }));
  assert.equal(data.failing_since, null);
  assert.equal(data.parked_count, 0);
});

function bodyOf(createdAt: number, news: OperationalNews): string {
  const event: OperationalEvent = {
    id: `evt_${bare}5`,
    accountId: `acc_${bare}5`,
    webhook: { id: `wh_${bare}5`, url: 'https://shop.example/hook', description: 'the shop' },
    deliveryIds: [],
    createdAt,
    ...news,
  };
  return envelopeStandard(renderOperational(event), { type: event.kind, timestamp: createdAt });
}
