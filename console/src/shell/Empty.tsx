/** Where nothing is yet: what would be here, and how it comes here. */
import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Empty({ title, about, children }: { title: string; about: ReactNode; children?: ReactNode }) {
  return (
    <Stack className="card" align="center" gap="sm" p="xl" ta="center">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed" maw="34rem">
        {about}
      </Text>
      {children}
    </Stack>
  );
}
