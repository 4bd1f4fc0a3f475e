/**
 * Writes the audit log. Every route of the API that is not read with GET says in its `config` what it changes (`audit`), or that
 * it changes no setting (null), and the server does not start where one says nothing. The entry is written when the change has
 * been made and before it is answered. What was not changed (a refusal, an answer given again) has none.
 */
import type { FastifyRequest } from 'fastify';
import type { Audit } from '../accounts/audit.ts';
import { type Id, isId } from '../base/id.ts';
import type { AuditAction } from '../domain/member.ts';
import type { Api } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the audit log calls it; null: nothing of an account's settings is changed. */
    audit?: AuditAction | null;
  }
}

/** Has to be called before routes are added. */
export function auditChanges(api: Api, audit: Pick<Audit, 'write'>): void {
  api.addHook('onRoute', ({ method, url, config }) => {
    const isRead = [method].flat().every((one) => ['GET', 'HEAD', 'OPTIONS'].includes(one));
    if (!isRead && config?.audit === undefined)
      throw new Error(`${method} ${url} does not say what the audit log calls it: set config.audit.`);
  });

  api.addHook('onSend', async (request, reply, payload) => {
    const { audit: action = null } = request.routeOptions.config;
    const { principal } = request;
    const isDone = reply.statusCode < 400 && reply.getHeader('idempotent-replayed') === undefined;
    if (action === null || principal === null || !isDone) return payload;
    // Who signs in by a form is answered with no more than where to go.
    const isSession = action === 'session.started' && principal.kind === 'member';
    const about = aboutOf(request, payload) ?? (isSession ? principal.actor : null);
    const accountId = principal.kind === 'member' ? principal.account.id : about;
    if (accountId === null || !isId('acc', accountId)) return payload;
    try {
      await audit.write({
        accountId,
        actor: principal.actor,
        action,
        about,
        address: callerAddress(request),
      });
    } catch (error) {
      // The change is made, and saying that it is not would be wrong.
      request.log.error(
        { err: error, action, account: accountId },
        'an entry of the audit log was not written',
      );
    }
    return payload;
  });
}

/** What the path names, or the answer: what was made has its id there. */
function aboutOf({ params }: FastifyRequest, payload: unknown): string | null {
  const { id, courier } = params as { id?: string; courier?: string };
  if (id !== undefined) return id;
  if (courier !== undefined) return courier;
  if (typeof payload !== 'string' || payload === '') return null;
  const answer = JSON.parse(payload) as { id?: string; member?: { id: Id<'mem'> } | null };
  return answer.id ?? answer.member?.id ?? null;
}

/**
 * Who is at the other end: behind a proxy that is trusted, whom that has seen. What stands further to the left in
 * `X-Forwarded-For` anybody can write.
 */
export function callerAddress({ ip, ips }: FastifyRequest): string {
  return ips?.[1] ?? ip;
}
