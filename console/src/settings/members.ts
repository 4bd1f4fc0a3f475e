/** What the settings ask of members and keys: who they are, by which the audit log names those who acted. */
import { queryOptions } from '@tanstack/react-query';
import type { ApiKey } from '../../../src/sdk/keys.ts';
import type { Member } from '../../../src/sdk/members.ts';
import { call, type Page } from '../api/call.ts';

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async () => (await call<Page<Member>>('GET', '/members?limit=500')).data,
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async () => (await call<Page<ApiKey>>('GET', '/keys?limit=500')).data,
});
