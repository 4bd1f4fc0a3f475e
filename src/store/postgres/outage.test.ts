import assert from 'node:assert/strict';
import test from 'node:test';
import pg from 'pg';
import { StoreUnavailable } from '../store.ts';
import { CommitUnanswered, explained, violates, wasUndone } from './outage.ts';

function serverError(code: string, constraint?: string): pg.DatabaseError {
  const error = new pg.DatabaseError('what the server said', 0, 'error');
  return Object.assign(error, { code, constraint });
}

test('what the server or the way to it is at fault for is an outage', () => {
  const codes = {
    '08006': 'connection failure',
    '25006': 'read-only',
    '25P03': 'idle in a transaction for too long',
    '28P01': 'password changed',
    '40P01': 'deadlock',
    '53100': 'disk full',
    '53300': 'too many connections',
    '55P03': 'lock time-out',
    '57014': 'statement time-out',
    '57P01': 'shutdown',
    '57P03': 'starting up',
    '58030': 'input or output failed',
  };
  for (const [code, what] of Object.entries(codes)) {
    assert.ok(explained(serverError(code)) instanceof StoreUnavailable, what);
  }
  for (const message of ['timeout exceeded when trying to connect', 'Connection terminated unexpectedly']) {
    assert.ok(explained(new Error(message)) instanceof StoreUnavailable, message);
  }
});

test('what data or a statement are at fault for is none', () => {
  for (const code of ['22021', '23505', '23514', '42601', '54000']) {
    const error = serverError(code);
    assert.equal(explained(error), error, code);
  }
  const bug = new TypeError('of ours');
  assert.equal(explained(bug), bug);
  const known = new CommitUnanswered(new Error('gone'));
  assert.equal(explained(known), known);
});

test('a transaction that the server undid for another may be run again, others may not', () => {
  assert.equal(wasUndone(explained(serverError('40P01'))), true);
  assert.equal(wasUndone(explained(serverError('40001'))), true);
  assert.equal(wasUndone(explained(serverError('57014'))), false);
  assert.equal(wasUndone(explained(new Error('gone'))), false);
});

test('a row that is there already is known by its constraint', () => {
  assert.equal(violates(serverError('23505', 'tracking_identity'), 'tracking_identity'), true);
  assert.equal(violates(serverError('23505', 'tracking_pkey'), 'tracking_identity'), false);
});
