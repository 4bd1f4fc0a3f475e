/** The data of a person. `people.test.ts` has what is to become of it. */
import assert from 'node:assert/strict';
import { route } from './scene.ts';

export function peopleRoutes(): void {
  route('a person is found, given out and erased, call by call', async ({ ask, anna, bela }) => {
    const fields = { customer_email: 'cleo@example.com', note: 'by the back door' };
    const updates = ['CLEO1', 'CLEO2'].map((tracking_number) => ({ tracking_number, ...fields }));
    await ask(anna.owner, 'POST', '/updates', { body: { updates } });
    const asked = { email: 'Cleo@example.com' };
    const found = await ask(anna.owner, 'POST', '/people/find', { body: asked });
    assert.deepEqual([found.json.count, found.json.events, found.json.looked_at], [2, 2, 4]);
    assert.equal(found.json.next_cursor, null);
    const others = await ask(bela.owner, 'POST', '/people/find', { body: asked });
    assert.deepEqual([others.json.count, others.json.events], [0, 0]);
    const exported = await ask(anna.owner, 'POST', '/people/export', { body: asked });
    assert.match(exported.headers.get('content-disposition') ?? '', /^attachment/);
    assert.equal(exported.json.parcels.length, 2);
    const member = await ask(anna.owner, 'POST', '/people/export', { body: { email: 'anna@shop.example' } });
    assert.deepEqual(
      member.json.members.map(({ email }: { email: string }) => email),
      ['anna@shop.example'],
    );
    const erase = (more: object) =>
      ask(anna.owner, 'POST', '/people/erase', { body: { confirm: true, ...more } });
    const one = await erase({ tracking_number: 'cleo 1' });
    assert.deepEqual(one.json, {
      erased: { trackings: 1, events: 1, responses: 0, inbox_messages: 0, answers: 0 },
      looked_at: 1,
      next_cursor: null,
    });
    assert.equal((await erase(asked)).json.erased.trackings, 1);
    assert.equal((await ask(anna.owner, 'POST', '/people/find', { body: asked })).json.count, 0);
    const wrong: [object, string, string | undefined][] = [
      [{}, 'body_invalid', undefined],
      [{ ...asked, name: 'Cleo' }, 'body_invalid', undefined],
      [{ phone: '12' }, 'body_invalid', '/phone'],
      [{ ...asked, cursor: 'x' }, 'cursor_invalid', undefined],
      [{ ...asked, confirm: false }, 'body_invalid', '/confirm'],
    ];
    for (const [said, code, where] of wrong) {
      const { json } = await erase(said);
      assert.deepEqual([json.code, json.where], [code, where], JSON.stringify(said));
    }
  });
}
