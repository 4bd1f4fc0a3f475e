/** What the very first start says of the account that it made, and of the owner who can sign in to it. */
import path from 'node:path';
import type { FirstMember } from '../accounts/firstMember.ts';
import { welcomePathOf } from '../accounts/members.ts';
import type { Account } from '../domain/account.ts';
import { paint } from './terminal.ts';

/**
 * Its secrets are shown to a terminal alone: in a log file they would outlive their reader.
 * @param folder the data directory, as people call it
 */
export function firstAccountLines(
  { account, key }: { readonly account: Account; readonly key: string },
  { folder, isTerminal }: { folder: string; isTerminal: boolean },
): string[] {
  const file = path.join(folder, 'api-key');
  return [
    `First account: signing email ${account.signingEmail}, times in ${account.timeZone}`,
    ...(isTerminal
      ? [
          `API key (shown this once; also in ${file}): ${paint.strong(key)}`,
          `Webhook secret of V4 (shown this once): ${paint.strong(account.webhookSecret)}`,
        ]
      : [
          `API key: in ${file}`,
          'Webhook secret of V4: not shown here; `waybell account rotate-webhook-secret` makes a new one',
        ]),
  ];
}

/**
 * A link is as good as the password that it sets: it is for a terminal as well.
 * @param outside where browsers reach the server
 */
export function firstMemberLines(
  { email, token }: FirstMember,
  { outside, isTerminal }: { outside: string; isTerminal: boolean },
): string[] {
  if (token === null)
    return [`Sign in: ${paint.link(outside)} as ${email}, with the password that was given`];
  return [
    isTerminal
      ? `Sign in: ${paint.link(`${outside}${welcomePathOf(token)}`)} sets the password of ${email} (within 24 hours, once)`
      : `Sign in: \`waybell members link ${email}\` makes a link that sets the password of ${email}`,
  ];
}
