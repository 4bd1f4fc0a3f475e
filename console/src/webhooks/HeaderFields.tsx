/** The merchant's own headers. A value that was given before is hidden, and stays as long as it is not typed over. */
import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shell/Icon.tsx';
import type { Header } from './draft.ts';

interface HeaderFieldsProps {
  readonly headers: readonly Header[];
  readonly error: string | null;
  readonly onChange: (headers: readonly Header[]) => void;
}

export function HeaderFields({ headers, error, onChange }: HeaderFieldsProps) {
  const { t } = useTranslation();
  const change = (id: number, changes: Partial<Header>) =>
    onChange(headers.map((header) => (header.id === id ? { ...header, ...changes } : header)));
  const add = () =>
    onChange([...headers, { id: Math.max(-1, ...headers.map(({ id }) => id)) + 1, name: '', value: '' }]);
  return (
    <Input.Wrapper
      component="fieldset"
      className="plainFieldset"
      label={t('form.headers')}
      labelElement="div"
      description={t('form.headersAbout')}
      error={error}
    >
      <Stack gap="xs" mt="xs">
        {headers.map(({ id, name, value }) => (
          <Group key={id} gap="xs" wrap="nowrap">
            <TextInput
              aria-label={t('form.headerName')}
              placeholder="Authorization"
              value={name}
              onChange={(event) => change(id, { name: event.currentTarget.value })}
              spellCheck={false}
              flex="2 1 0"
            />
            <TextInput
              aria-label={t('form.headerValue', { name })}
              value={value}
              onChange={(event) => change(id, { value: event.currentTarget.value })}
              spellCheck={false}
              flex="3 1 0"
            />
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={t('form.headerRemove', { name })}
              onClick={() => onChange(headers.filter((header) => header.id !== id))}
            >
              <Icon name="minus" />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button variant="default" size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
            {t('form.headerAdd')}
          </Button>
        </div>
      </Stack>
    </Input.Wrapper>
  );
}
