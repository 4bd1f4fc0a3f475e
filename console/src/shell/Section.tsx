/** A part of a page under a heading of its own. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export function Section({ title, about, actions, children }: SectionProps) {
  return (
    <Stack component="section" aria-label={title} className="card" gap="md" p="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={2} flex="1 1 16rem" miw={0}>
          <Title order={2} size="h4">
            {title}
          </Title>
          {about !== undefined && (
            <Text component="div" size="sm" c="dimmed">
              {about}
            </Text>
          )}
        </Stack>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
