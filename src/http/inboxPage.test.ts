import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InboxMessage } from '../domain/inbox.ts';
import { inboxPage } from './inboxPage.ts';

test('a JSON body has a line for each member, and its summary tells number and status', () => {
  const page = inboxPage([message('{"data":{"tracking_number":"LX1","status":"delivered","list":[1,{}]}}')]);
  assert.match(page, /LX1 delivered<\/summary>/);
  assert.ok(
    page.includes(bodyOf('{\n  "data": {\n    "tracking_number": "LX1",\n    "status": "delivered",')),
  );
});

test('a body that would be much larger with indents is shown as it came', () => {
  const depth = 5000;
  const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const objects = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
  const wide = `${'['.repeat(100)}${'1,'.repeat(5000)}1${']'.repeat(100)}`;
  for (const body of [nested, objects, wide, '['.repeat(30_000)]) {
    assert.ok(inboxPage([message(body)]).includes(bodyOf(body)), body.slice(0, 20));
  }
});

test('brackets and commas inside a text make no indent', () => {
  const text = `${'[{,'.repeat(3000)}\\"${'[{,'.repeat(3000)}`;
  assert.ok(inboxPage([message(`["${text}"]`)]).includes(bodyOf(`[\n  "${text}"\n]`)));
});

test('a summary is made of texts alone, and of their beginnings', () => {
  const nested = `${'['.repeat(2000)}"deep"${',""]'.repeat(2000)}`;
  const page = inboxPage([message(`{"data":{"tracking_number":${nested},"status":"${'s'.repeat(5000)}"}}`)]);
  assert.match(page, /^\s+ s{80}<\/summary>$/m);
});

test('whatever came, the page has at most so much of it, and no markup', () => {
  const bodies = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[[\]{}",\\:1<&]*$/));
  fc.assert(
    fc.property(bodies, (body) => {
      const page = inboxPage([message(body)]);
      assert.ok(page.length < 2000 + 6 * (4 * 32 * 1024 + 80));
      assert.doesNotMatch(
        page.slice(page.indexOf('<details>')),
        /<(?!\/?(?:details|summary|time|b|pre|html)\b)/,
      );
    }),
  );
});

function message(body: string): InboxMessage {
  const id = 'inb_00000000000000000000000000000000';
  const accountId = 'acc_00000000000000000000000000000000';
  return { id, accountId, receivedAt: 0, headers: {}, body, verified: true, reason: null };
}

/** As it stands in the page. */
function bodyOf(text: string): string {
  return `<pre>${text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)}`;
}
