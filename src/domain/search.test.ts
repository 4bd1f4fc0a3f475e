import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readSearch, searchTextsOf } from './search.ts';
import { noFields } from './tracking.ts';

describe('a search', () => {
  it('is folded as a text and as a number', () => {
    assert.deepEqual(readSearch(' Ａda  Löv '), { text: 'ada löv', number: 'ADALÖV' });
    assert.deepEqual(readSearch('00 81827-0998'), { text: '00 81827-0998', number: '00818270998' });
    assert.deepEqual(readSearch('--'), { text: '--', number: null });
  });

  it('is none where nothing is said, and refused where it is longer than what is kept', () => {
    assert.equal(readSearch(' \t\0'), null);
    assert.equal(readSearch('x'.repeat(100))?.text.length, 100);
    assert.equal(readSearch('x'.repeat(101)), undefined);
  });
});

describe('what a tracking is found by', () => {
  it('is each of its texts once, and the later words of a name', () => {
    const fields = {
      ...{ orderId: 'A-1', orderNumber: 'a-1', customerEmail: ' ' },
      customerName: 'Ada Maria de la Löve',
    };
    const found = ['a-1', 'ada maria de la löve', 'maria de la löve', 'de la löve', 'la löve'];
    assert.deepEqual(searchTextsOf(fields), found);
    assert.deepEqual(searchTextsOf(noFields), []);
  });

  it('is found by each of its beginnings, whatever its letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (customerName) => {
        const [first] = searchTextsOf({ ...noFields, customerName });
        const search = readSearch(customerName);
        if (search === undefined) return;
        assert.equal(search?.text, first);
        if (first === undefined) return;
        assert.deepEqual(readSearch(first)?.text, first, 'folded twice, it is the same');
        assert.ok(first.isWellFormed());
        assert.doesNotMatch(first, /\p{Cc}/u);
      }),
    );
  });
});
