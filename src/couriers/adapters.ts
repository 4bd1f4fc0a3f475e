/**
 * The couriers that can be asked for news. A courier of the catalogue without an adapter is known by name all the
 * same: its scans come from the merchant, a push or a file.
 */
import type { CourierAdapter } from './courier.ts';
import { sandboxAdapter } from './sandbox/adapter.ts';

export function adapterOf(code: string): CourierAdapter | null {
  return adapters.get(code) ?? null;
}

/** The couriers that ask for credentials, by their codes. */
export function adaptersWithCredentials(): readonly CourierAdapter[] {
  return [...adapters.values()].filter(({ credentials = [] }) => credentials.length > 0);
}

const adapters: ReadonlyMap<string, CourierAdapter> = new Map(
  [sandboxAdapter].map((adapter) => [adapter.code, adapter]),
);
