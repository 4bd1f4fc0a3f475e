/** Who asks: resolved from the API key before anything else of a request is looked at. */
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import type { Id } from '../base/id.ts';
import { type Account, type Principal, seenBy } from '../domain/account.ts';
import { AppError, problem } from '../domain/error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed: every route of the API says so. */
    access?: Access;
  }
}

/** `read` and `write` are an account's; `owner` its keys and secrets; `operator` the server's. */
export type Access = 'public' | 'read' | 'write' | 'owner' | 'operator';

const bearer = /^Bearer +(\S+)$/i;

type FurtherKeyOf = (request: FastifyRequest) => string | null;

/**
 * @param furtherKeyOf looks for a key in other headers, which come before Waybell's own
 * @throws AppError `unauthenticated`, `forbidden`, `account_suspended`
 */
export async function resolvePrincipal(
  request: FastifyRequest,
  accounts: Pick<Accounts, 'authenticate'>,
  furtherKeyOf?: FurtherKeyOf,
): Promise<Principal> {
  const principal = await authenticate(request, accounts, furtherKeyOf);
  allow(principal, request.routeOptions.config.access ?? 'owner');
  return principal;
}

/** Whoever asks, whatever they may do. @throws AppError `unauthenticated` */
export async function authenticate(
  request: FastifyRequest,
  accounts: Pick<Accounts, 'authenticate'>,
  furtherKeyOf: FurtherKeyOf = () => null,
): Promise<Principal> {
  const { authorization } = request.headers;
  const header = request.headers['waybell-api-key'];
  const key =
    furtherKeyOf(request) ??
    (authorization === undefined ? undefined : bearer.exec(authorization)?.[1]) ??
    header;
  const principal = typeof key === 'string' ? await accounts.authenticate(key) : null;
  if (principal === null) throw new AppError('unauthenticated');
  return principal;
}

/** The account that a request acts for. The operator has none of its own. @throws AppError `forbidden` */
export function accountOf(request: FastifyRequest): Account {
  const { principal } = request;
  if (principal?.kind !== 'member') throw new AppError('forbidden');
  return principal.account;
}

/** The same as the caller may see it. @throws AppError `forbidden` */
export function seenAccountOf(request: FastifyRequest): Account {
  const account = accountOf(request);
  return request.principal?.kind === 'member' ? seenBy(request.principal.role, account) : account;
}

/** Whose idempotency keys the caller's are: the account's, or the operator's. */
export function scopeOf({ principal }: FastifyRequest): Id<'acc'> {
  if (principal === null) throw new AppError('unauthenticated');
  return principal.kind === 'member' ? principal.account.id : 'acc_operator';
}

function allow(principal: Principal, access: Access): void {
  if (principal.kind === 'operator') {
    if (access !== 'operator') throw new AppError(problem('forbidden', operatorRefused));
    return;
  }
  if (principal.account.suspended) throw new AppError('account_suspended');
  if (access === 'operator') throw new AppError('forbidden');
  if (access === 'owner' && principal.role !== 'owner') throw new AppError('forbidden');
  if (access === 'write' && principal.role === 'read-only') throw new AppError('forbidden');
}

const operatorRefused = 'The operator key has no account of its own. Use a key of the account that is meant.';
