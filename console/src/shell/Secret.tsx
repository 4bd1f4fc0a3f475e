/** A secret that is shown this once: to copy, and to say that it is kept. */
import { Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Note } from './Note.tsx';

interface SecretProps {
  /** Null: nothing is shown. */
  readonly secret: string | null;
  readonly title: string;
  readonly about: ReactNode;
  /** For people: what may surprise them. */
  readonly warning?: string | null;
  readonly onKept: () => void;
}

export function Secret({ secret, title, about, warning = null, onKept }: SecretProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={secret !== null}
      onClose={onKept}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text component="div">{about}</Text>
        <div className="code" data-secret>
          {secret}
        </div>
        {warning !== null && <Note>{warning}</Note>}
        <Group justify="flex-end">
          <Copy text={secret ?? ''} />
          <Button onClick={onKept}>{t('secret.kept')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy} aria-live="polite">
          {copied ? t('copied') : (label ?? t('copy'))}
        </Button>
      )}
    </CopyButton>
  );
}
