/** A button for what cannot be undone at once: it says what will happen, and does it after a second yes. */
import { Button, type ButtonProps, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog.tsx';
import { Problem } from './Problem.tsx';

interface ConfirmProps {
  readonly label: ReactNode;
  readonly title: string;
  readonly about: ReactNode;
  readonly yes: string;
  readonly danger?: boolean;
  readonly button?: ButtonProps & { 'aria-label'?: string };
  readonly run: () => Promise<unknown>;
}

export function Confirm({ label, title, about, yes, danger = false, button, run }: ConfirmProps) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const doing = useMutation({ mutationFn: run, onSuccess: close });
  return (
    <>
      <Button
        variant="default"
        {...button}
        onClick={() => {
          doing.reset();
          open();
        }}
      >
        {label}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={title}>
        <Stack>
          <Text component="div">{about}</Text>
          <Problem error={doing.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button
              color={danger ? 'red' : 'indigo'}
              loading={doing.isPending}
              onClick={() => doing.mutate()}
            >
              {yes}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
