/**
 * TrackingMore's own limits, a second, by account and endpoint, for who wants to try a program against them. Counted by this
 * process alone, and off unless switched on: whoever runs the server pays for no request.
 */
import rateLimit from '@fastify/rate-limit';
import { AppError } from '../../domain/error.ts';
import type { Api } from '../route.ts';

/** To be called before the routes are added, each of which says its own `rateLimit`. */
export async function limitRates(api: Api): Promise<void> {
  await api.register(rateLimit, {
    global: false,
    keyGenerator: ({ principal }) => (principal?.kind === 'member' ? principal.account.id : ''),
    errorResponseBuilder: () => new AppError('rate_limited'),
  });
}
