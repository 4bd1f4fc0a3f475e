/**
 * Who asks: resolved from the API key, or from who is signed in, before anything else of a request is looked at. A request that
 * brings a key is judged by that alone; the cookie counts only where a route is told to look for it.
 */
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import type { SignedIn } from '../accounts/sessions.ts';
import { type Id, isId } from '../base/id.ts';
import { type Account, type Principal, type Role, seenBy } from '../domain/account.ts';
import { AppError, problem } from '../domain/error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
    /** Who is signed in, where the request is authorised by that. */
    signedIn: SignedIn | null;
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed: every route of the API says so. */
    access?: Access;
  }
}

/**
 * `read` and `write` are an account's; `owner` its keys and secrets; `operator` the server's; `self` what anybody who is signed
 * in does about themselves.
 */
export type Access = 'public' | 'self' | 'read' | 'write' | 'owner' | 'operator';

const bearer = /^Bearer +(\S+)$/i;

export interface WaysIn {
  readonly accounts: Pick<Accounts, 'authenticate'>;
  /** Looks for a key in other headers, which come before Waybell's own. */
  furtherKeyOf?(request: FastifyRequest): string | null;
  /** Who is signed in, for routes that take that for a request without a key; null: nobody. */
  signedInOf?(request: FastifyRequest): Promise<SignedIn | null>;
}

/** @throws AppError `unauthenticated`, `forbidden`, `account_suspended` */
export async function resolvePrincipal(request: FastifyRequest, ways: WaysIn): Promise<Principal> {
  const principal = await authenticate(request, ways);
  allow(principal, request.routeOptions.config.access ?? 'owner');
  return principal;
}

/** Whoever asks, whatever they may do. @throws AppError `unauthenticated` */
export async function authenticate(
  request: FastifyRequest,
  { accounts, furtherKeyOf, signedInOf }: WaysIn,
): Promise<Principal> {
  const { authorization } = request.headers;
  const header = request.headers['waybell-api-key'];
  const key =
    furtherKeyOf?.(request) ??
    (authorization === undefined ? undefined : bearer.exec(authorization)?.[1]) ??
    header ??
    null;
  // Whoever shows a key asks by that. A password for a proxy in front is none.
  if (key === null) {
    const signedIn = (await signedInOf?.(request)) ?? null;
    if (signedIn !== null) {
      request.signedIn = signedIn;
      return principalOf(signedIn);
    }
  }
  const principal = typeof key === 'string' ? await accounts.authenticate(key) : null;
  if (principal === null) throw new AppError('unauthenticated');
  return principal;
}

export function principalOf({ member, account }: Pick<SignedIn, 'member' | 'account'>): Principal {
  return { kind: 'member', account, actor: member.id, role: member.role };
}

/** Who is signed in. @throws AppError `forbidden` where a key asks */
export function signedInOf({ signedIn }: FastifyRequest): SignedIn {
  if (signedIn === null) throw new AppError(problem('forbidden', keyRefused));
  return signedIn;
}

/** The account that a request acts for. The operator has none of its own. @throws AppError `forbidden` */
export function accountOf(request: FastifyRequest): Account {
  const { principal } = request;
  if (principal?.kind !== 'member') throw new AppError('forbidden');
  return principal.account;
}

/** The same as the caller may see it. @throws AppError `forbidden` */
export function seenAccountOf(request: FastifyRequest): Account {
  return seenBy(roleOf(request), accountOf(request));
}

/** What the caller may do in the account. @throws AppError `forbidden` where it is the operator */
export function roleOf({ principal }: FastifyRequest): Role {
  if (principal?.kind !== 'member') throw new AppError('forbidden');
  return principal.role;
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
  if (access === 'self' && !isId('mem', principal.actor))
    throw new AppError(problem('forbidden', keyRefused));
  if (access === 'owner' && principal.role !== 'owner') throw new AppError('forbidden');
  if (access === 'write' && principal.role === 'read-only') throw new AppError('forbidden');
}

const operatorRefused = 'The operator key has no account of its own. Use a key of the account that is meant.';
const keyRefused = 'This is for members who are signed in, about themselves, and not for API keys.';
