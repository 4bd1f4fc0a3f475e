/** Further names of the three headers of the signature, for receivers that were written for another sender. */
import { Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { presets, type SignatureNames } from './draft.ts';

interface SignatureFieldsProps {
  readonly names: SignatureNames;
  readonly error: string | null;
  readonly onChange: (names: SignatureNames) => void;
}

export function SignatureFields({ names, error, onChange }: SignatureFieldsProps) {
  const { t } = useTranslation();
  const choose = (kind: SignatureNames['kind']) =>
    onChange(kind === 'own' ? { ...names, kind } : presets[kind]);
  return (
    <Stack gap="xs">
      <NativeSelect
        label={t('signature.title')}
        description={t('signature.about')}
        value={names.kind}
        error={error}
        onChange={(event) => choose(event.currentTarget.value as SignatureNames['kind'])}
        data={(['none', 'svix', 'own'] as const).map((kind) => ({
          value: kind,
          label: t(`signature.${kind}`),
        }))}
        maw="26rem"
      />
      {names.kind === 'own' && (
        <Group gap="xs" align="flex-end">
          {(['id', 'timestamp', 'signature'] as const).map((name) => (
            <TextInput
              key={name}
              label={t(`signature.${name}`)}
              value={names[name]}
              error={error !== null}
              placeholder={`x-shop-${name}`}
              onChange={(event) => onChange({ ...names, [name]: event.currentTarget.value })}
              spellCheck={false}
              autoComplete="off"
              flex="1 1 10rem"
            />
          ))}
        </Group>
      )}
    </Stack>
  );
}
