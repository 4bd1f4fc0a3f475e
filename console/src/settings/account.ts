/** What the settings ask of the account and change about it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Account, SettingsChanges } from '../../../src/sdk/accounts.ts';
import { call } from '../api/call.ts';

export type { AccountSettings } from '../../../src/sdk/accounts.ts';

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: () => call<Account>('GET', '/account'),
});

/** An edit of the account's settings, after which every page has the new ones. */
export function useSaveSettings(changes: () => SettingsChanges) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call<Account>('PATCH', '/account', { settings: changes() }),
    onSuccess: (account) => queries.setQueryData(['account'], account),
  });
}
