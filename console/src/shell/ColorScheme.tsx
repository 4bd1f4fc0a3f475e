/** Light or dark; the system's until somebody chooses, and then kept by the browser. */
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon.tsx';

export function ColorScheme() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={t(`shell.${other}`)}
      title={t(`shell.${other}`)}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other} />
    </ActionIcon>
  );
}
