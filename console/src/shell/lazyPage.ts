/**
 * A page that is loaded when it is first opened. Where a part of the console is not there any more, because the server has
 * another version, the router loads the console anew. Where the server is only away, that would leave the browser's own
 * page in its place, and lose what was typed: then it is said instead, and can be tried again.
 */
import { lazyRouteComponent } from '@tanstack/react-router';
import { unreachable } from '../api/call.ts';

export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      await fetch('/', { method: 'HEAD' }).catch(() => {
        throw unreachable();
      });
      throw error;
    }
  }, name);
}
