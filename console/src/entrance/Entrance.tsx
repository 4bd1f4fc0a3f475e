/** What stands around a page for whoever is not signed in: its title on a card, and the language. */
import { Card, Container, Group, Stack, Title } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { LanguageMenu } from '../shell/LanguageMenu.tsx';
import { Mark } from '../shell/Mark.tsx';
import { useTitle } from '../shell/Page.tsx';

interface EntranceProps {
  readonly title: string;
  readonly onSubmit: () => void;
  /** What is filled in, on the card. */
  readonly children: ReactNode;
  /** Below the card. */
  readonly note?: ReactNode;
}

export function Entrance({ title, onSubmit, children, note }: EntranceProps) {
  useTitle(title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Container component="main" size={420} py={{ base: 'xl', sm: 80 }}>
      <Stack gap="lg">
        <Group justify="space-between">
          <Mark />
          <LanguageMenu />
        </Group>
        <Card withBorder padding="lg">
          <form onSubmit={submit}>
            <Stack>
              <Title order={1} size="h3">
                {title}
              </Title>
              {children}
            </Stack>
          </form>
        </Card>
        {note}
      </Stack>
    </Container>
  );
}
