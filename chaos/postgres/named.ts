/**
 * Preloaded into the processes under test: each request to a receiver says which process made it and when, in headers that
 * Waybell knows nothing of. Where undici makes a request is the last moment before it is on the wire.
 */
import { subscribe } from 'node:diagnostics_channel';

const name = process.env.CHAOS_PROCESS as string;

subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { addHeader(name: string, value: string): void } };
  request.addHeader('chaos-process', name);
  request.addHeader('chaos-begun-at', String(Date.now()));
});
