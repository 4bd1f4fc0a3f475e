import assert from 'node:assert/strict';
import test from 'node:test';
import { AppError } from '../../domain/error.ts';
import { revealedUrl, shownUrl } from './hiddenUrl.ts';

const known = 'https://shop:s%3Acret@hook.example/a?b=1';

test('userinfo is hidden, and everything else shown', () => {
  assert.equal(shownUrl(known), 'https://***@hook.example/a?b=1');
  assert.equal(shownUrl('https://:only@hook.example/'), 'https://***@hook.example/');
  for (const url of ['https://hook.example/a@b', 'https://hook.example/***'])
    assert.equal(shownUrl(url), url);
});

test('what was shown means what is there, at whatever path of the same origin', () => {
  assert.equal(revealedUrl(shownUrl(known), known), known);
  assert.equal(revealedUrl('https://***@hook.example/c', known), 'https://shop:s%3Acret@hook.example/c');
  assert.equal(revealedUrl('https://***@HOOK.example:443/', known), 'https://shop:s%3Acret@hook.example/');
});

test('another userinfo, or none, is taken as it is said', () => {
  for (const url of ['https://hook.example/c', 'https://new:one@hook.example/', 'https://***.example/***'])
    assert.equal(revealedUrl(url, known), url);
});

test('a hidden userinfo is refused where it hides nothing that is known', () => {
  for (const url of [
    'https://***@other.example/a',
    'http://***@hook.example/a',
    'https://***@hook.example:8443/a',
    'https://***:new@hook.example/a',
    'https://shop:***@hook.example/a',
  ])
    assert.throws(() => revealedUrl(url, known), isRefusal, url);
  assert.throws(() => revealedUrl('https://***@hook.example/', 'https://hook.example/'), isRefusal);
  assert.throws(() => revealedUrl('https://***@hook.example/', null), isRefusal);
});

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.problem.code === 'url_invalid' && error.message.includes('***');
}
