/** The beginning and the end of listening: where the server is reached, in words for the operator where it cannot be. */
import { waitFor } from '../base/clock.ts';
import type { Api } from './route.ts';

/** Gives the address, such as `http://127.0.0.1:8080`. @throws Error in words for the operator */
export async function listen(server: Api, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    const url = new URL(await server.listen({ host, port }));
    // Nobody can call "every address"; this machine's own is one of them.
    if (url.hostname === '[::]') url.hostname = '[::1]';
    if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
    return url.origin;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new Error(
        `Port ${port} at ${host} is taken by another program. Choose another with --port PORT.`,
        { cause: error },
      );
    }
    if (code === 'EACCES') {
      throw new Error(`Port ${port} may not be used by this user. Choose one above 1023 with --port PORT.`, {
        cause: error,
      });
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(
        `This machine has no address ${host} to listen on. Choose another with --host ADDRESS.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Lets requests under way end, within the limit; a caller that never ends its request does not hold up the stop. */
export async function closeServer(server: Api, withinMs: number): Promise<void> {
  const limit = new AbortController();
  const closed = server.close().finally(() => limit.abort());
  await waitFor(withinMs, limit.signal);
  server.server.closeAllConnections();
  await closed;
}
