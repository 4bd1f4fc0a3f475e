/** What an answer becomes on the page: a moment of grey, the refusal, or the thing itself. */
import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Refusal } from '../api/refusal.ts';
import { Problem } from './Problem.tsx';

interface LoadedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  readonly children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const { data, error, refetch } = query;
  if (data === undefined && error === null) {
    return (
      <Stack gap="xs" aria-busy="true">
        {[1, 2, 3].map((line) => (
          <Skeleton key={line} height={52} radius="md" />
        ))}
      </Stack>
    );
  }
  // What is not there, or not for the reader, is no more so when it is asked for again.
  const mayHelp = !(error instanceof Refusal && [403, 404].includes(error.status));
  return (
    <>
      <Problem error={error} {...(mayHelp && { onRetry: () => void refetch() })} />
      {data !== undefined && children(data)}
    </>
  );
}
