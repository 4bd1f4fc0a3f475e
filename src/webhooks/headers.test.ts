import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../domain/error.ts';
import { checkHeaders, headersAfter } from './headers.ts';

const before = { url: 'https://shop.example/hook', headers: { Authorization: 'Bearer S', 'X-Shop': '1' } };

test('what is not said stays, and what is said to stay does too', () => {
  assert.deepEqual(headersAfter(before, {}), { headers: before.headers, dropped: false });
  assert.deepEqual(headersAfter(before, { url: 'https://shop.example/other' }).headers, before.headers);
  assert.deepEqual(headersAfter(before, { headers: { Authorization: null, 'X-New': '2' } }), {
    headers: { Authorization: 'Bearer S', 'X-New': '2' },
    dropped: false,
  });
});

test('nothing stays at another origin, and what is given for it does', () => {
  for (const url of [
    'https://other.example/hook',
    'http://shop.example/hook',
    'https://shop.example:8443/hook',
    'https://shop.example.other.example/hook',
    'https://shop.example@other.example/hook',
  ]) {
    assert.deepEqual(headersAfter(before, { url }), { headers: {}, dropped: true }, url);
    assert.deepEqual(headersAfter(before, { url, headers: { Authorization: null, 'X-Shop': '2' } }), {
      headers: { 'X-Shop': '2' },
      dropped: true,
    });
    assert.deepEqual(headersAfter(before, { url, headers: {} }), { headers: {}, dropped: false });
  }
});

test('a value that is not there cannot stay, under names that every object has either', () => {
  for (const name of ['X-Other', 'authorization', 'toString', 'constructor']) {
    assert.throws(() => headersAfter(before, { headers: { [name]: null } }), isRefused(name));
    assert.throws(
      () => headersAfter(before, { url: 'https://o.example', headers: { [name]: null } }),
      isRefused(name),
    );
  }
});

test('only texts that can be sent are values, whatever the types say', () => {
  for (const value of [() => 'x', 7, {}, undefined, 'ä', 'line\nbreak', 'x'.repeat(2001)]) {
    assert.throws(() => checkHeaders({ 'X-Shop': value as unknown as string }), isRefused('X-Shop'));
  }
  checkHeaders({ 'X-Shop': '', 'X-Stays': null, 'X-Tab': 'a\tb' });
});

function isRefused(name: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof AppError &&
    error.problem.code === 'header_invalid' &&
    error.message.includes(`"${name}"`);
}
