/** What a member or a key may do, to be chosen. */
import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../src/sdk/keys.ts';

const roles = ['read-only', 'member', 'owner'] as const satisfies readonly Role[];

interface RoleSelectProps extends Omit<NativeSelectProps, 'value' | 'data' | 'onChange'> {
  readonly role: Role;
  readonly onChoose: (role: Role) => void;
}

export function RoleSelect({ role, onChoose, ...props }: RoleSelectProps) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      {...props}
      value={role}
      onChange={(event) => onChoose(event.currentTarget.value as Role)}
      data={roles.map((one) => ({ value: one, label: t(`role.${one}`) }))}
    />
  );
}
