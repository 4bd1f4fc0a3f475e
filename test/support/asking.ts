/** What tests ask of a running server again and again. They go on only where it was taken. */
import assert from 'node:assert/strict';
import type { Caller } from './server.ts';

export async function createWebhook(
  call: Caller,
  said: { readonly url: string; readonly [name: string]: unknown },
): Promise<{ readonly id: string; readonly secret: string }> {
  const { status, text, json } = await call('POST', '/webhooks', { body: said });
  assert.equal(status, 201, text);
  return json;
}

/** Updates, each of which changes its parcel. */
export async function report(call: Caller, ...updates: readonly object[]): Promise<void> {
  const { status, text, json } = await call('POST', '/updates', { body: { updates } });
  assert.equal(status, 200, text);
  assert.ok(
    json.results.every(({ changed }: { changed?: boolean }) => changed),
    text.slice(0, 500),
  );
}

/** The update of a parcel that was seen once. */
export function seen(number: string, status = 'transit'): object {
  const checkpoints = [{ time: '2026-01-05 13:00', description: 'Seen', status }];
  return { tracking_number: number, courier_code: 'china-ems', checkpoints };
}
