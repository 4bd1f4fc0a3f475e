import assert from 'node:assert/strict';

/** Holds that nothing was found that a rule forbids; else names all of it, and what to do. */
export function none(found: readonly string[], advice: string): void {
  assert.ok(found.length === 0, `\n  ${found.join('\n  ')}\n${advice}`);
}
