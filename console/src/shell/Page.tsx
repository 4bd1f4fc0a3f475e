/** The head of a page: its title, which the window bears too, what it is about, and what can be done. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  /** What the window bears, where that says more than the title. */
  readonly windowTitle?: string | undefined;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, windowTitle = title, about, actions, children }: PageProps) {
  useTitle(windowTitle);
  return (
    <>
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} flex="1 1 20rem" miw={0}>
          <Title order={1} size="h2" className="pageTitle">
            {title}
          </Title>
          {about !== undefined && (
            <Text component="div" c="dimmed">
              {about}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Waybell`;
  }, [title]);
}
