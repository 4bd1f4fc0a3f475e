/** What of an account its customers meet besides its settings: the logo, and the addresses of tracking pages. */
import type { Accounts } from '../../accounts/accounts.ts';
import { logoTooLarge } from '../../accounts/logo.ts';
import { LOGO_TYPES } from '../../domain/account.ts';
import { AppError, problem } from '../../domain/error.ts';
import { limits } from '../../domain/limits.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { accountOf } from '../principal.ts';
import { sendProblem } from '../problem.ts';
import type { Api } from '../route.ts';
import { accountJson } from './accountJson.ts';
import { ref, refusals } from './fields.ts';

export interface AccountPagesServices {
  readonly accounts: Pick<Accounts, 'setLogo' | 'removeLogo' | 'resetTrackLinks'>;
  readonly idempotency: Idempotency;
}

const tags = ['accounts'];

export function accountPagesRoutes(api: Api, { accounts, idempotency }: AccountPagesServices): void {
  api.post(
    '/account/reset-track-links',
    {
      config: { access: 'owner', audit: 'account.track_links_reset' },
      schema: {
        tags,
        summary: 'Change the addresses of all tracking pages; those given out lead nowhere from now on',
        response: { 200: ref('Account'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () =>
        written(200, accountJson(await accounts.resetTrackLinks(accountOf(request).id))),
      ),
  );

  api.delete(
    '/account/logo',
    {
      config: { access: 'owner', audit: 'account.logo_removed' },
      schema: { tags, summary: 'Remove the logo', response: { 200: ref('Account'), ...refusals } },
    },
    async (request) => accountJson(await accounts.removeLogo(accountOf(request).id)),
  );

  api.register(async (pictures: Api) => {
    // JSON is no picture, and is refused by its name as everything else is.
    pictures.removeAllContentTypeParsers();
    pictures.addContentTypeParser(
      [...LOGO_TYPES, 'application/octet-stream'],
      { parseAs: 'buffer', bodyLimit: limits.logoBytesMax },
      (_request, body, done) => done(null, body),
    );
    pictures.put(
      '/account/logo',
      {
        config: { access: 'owner', audit: 'account.logo_set' },
        schema: {
          tags,
          summary: `Set the logo: a PNG, JPEG or WebP picture as the body, at most ${limits.logoBytesMax / 1024} KiB`,
          consumes: [...LOGO_TYPES],
          response: { 200: ref('Account'), ...refusals },
        },
        errorHandler(error, request, reply) {
          if ((error as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE')
            return sendProblem(new AppError(problem('body_too_large', logoTooLarge)), request, reply);
          return sendProblem(error, request, reply);
        },
      },
      async (request) => {
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        return accountJson(await accounts.setLogo(accountOf(request).id, bytes));
      },
    );
  });
}
