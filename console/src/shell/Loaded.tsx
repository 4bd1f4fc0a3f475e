/** What an answer becomes on the page: a moment of grey, the refusal, or the thing itself. */
import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
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
  return (
    <>
      <Problem error={error} onRetry={() => void refetch()} />
      {data !== undefined && children(data)}
    </>
  );
}
