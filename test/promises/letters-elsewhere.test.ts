// The promise: letters are kept, ordered and ended by all processes alike, whichever of them dies; and what they all did is one sum.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openMailServer } from '../support/mailServer.ts';
import { type Asked, startPair, webhookOf } from '../support/pair.ts';
import { until } from '../support/until.ts';

const parcels = 100;
/** Of which some are only on their way when one of them is erased. */
const late = 3;

test('two processes, one of which dies, write every letter, each recipient’s in order, and none to who is erased', async (t) => {
  const mail = await openMailServer(t);
  const { first, second } = await startPair(t, {
    environment: {
      WAYBELL_SMTP: `smtp://127.0.0.1:${mail.config.port}?tls=none`,
      WAYBELL_MAIL_FROM: 'Waybell <notices@waybell.example>',
      WAYBELL_PUBLIC_URL: 'https://parcels.example',
    },
  });
  const { receiver, webhook } = await webhookOf(t, second);
  const settings = { name: 'The shop', notices: { recipients: { enabled: true } } };
  assert.equal((await first.call('PATCH', '/account', { body: { settings } })).status, 200);

  await report(first, { status: 'pickup', count: parcels + late });
  await receiver.hears(parcels + late);
  for (const process of [first, second])
    await until('the figures are those of both', async () => {
      const { json } = await process.call('GET', `/webhooks/${webhook.id}/figures`);
      return json.accepted === parcels + late;
    });

  await mail.hears(parcels + late);
  await report(second, { status: 'delivered', count: parcels });
  await mail.hears(parcels + late + 4);
  await first.kill('SIGKILL');
  await until('every recipient has both', () =>
    emails(0, parcels).every((email) => subjectsTo(mail.letters, email).length === 2),
  );
  const inOrder = subjectsTo(mail.letters, emailOf(0));
  for (const email of emails(0, parcels))
    assert.deepEqual(
      subjectsTo(mail.letters, email),
      inOrder.map((subject) => subject.replace('WB0', numberOf(email))),
    );

  await first.restart({ samePort: true });
  const [one = '', erased = '', other = ''] = emails(parcels, late);
  const answer = await first.call('POST', '/people/erase', { body: { email: erased, confirm: true } });
  assert.deepEqual([answer.status, answer.json.erased.trackings], [200, 1], answer.text);
  const before = mail.letters.length;
  await report(second, { status: 'delivered', from: parcels, count: late, named: false });
  await until('the others hear of it', () =>
    [one, other].every((email) => subjectsTo(mail.letters, email).length === 2),
  );
  const newest = mail.letters.slice(before);
  assert.ok(!newest.some(({ to, raw }) => to.includes(erased) || raw.includes(erased)));
  assert.equal(newest.length, 2);
});

interface Scan {
  readonly status: 'pickup' | 'delivered';
  readonly from?: number;
  readonly count: number;
  /** Whether it says whose parcels they are. */
  readonly named?: boolean;
}

async function report({ call }: Asked, { status, from = 0, count, named = true }: Scan): Promise<void> {
  const time = `2026-01-05T${status === 'pickup' ? '09' : '14'}:00:00Z`;
  const updates = Array.from({ length: count }, (_, index) => ({
    tracking_number: `WB${from + index}`,
    ...(named ? { customer_email: emailOf(from + index) } : {}),
    checkpoints: [{ time, description: 'A scan', status }],
  }));
  const answer = await call('POST', '/updates', { body: { updates } });
  assert.equal(answer.status, 200, answer.text);
}

function emails(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => emailOf(from + index));
}

function emailOf(index: number): string {
  return `kim${index}@customer.example`;
}

function numberOf(email: string): string {
  return `WB${/\d+/.exec(email)?.[0]}`;
}

/** In the order in which they came; one that came again, since who had sent it died, counts once. */
function subjectsTo(
  letters: readonly { to: readonly string[]; headers: Readonly<Record<string, string>> }[],
  email: string,
): readonly string[] {
  const own = letters.filter(({ to }) => to.includes(email));
  return [...new Set(own.map(({ headers }) => headers.subject ?? ''))];
}
