import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText } from './bytesText.ts';

test('bytes are told as people do', () => {
  assert.deepEqual([0, 999, 1500, 99_600, 508_764_160, 2.5e12].map(bytesText), [
    '0 bytes',
    '999 bytes',
    '1.5 KB',
    '100 KB',
    '509 MB',
    '2.5 TB',
  ]);
});
