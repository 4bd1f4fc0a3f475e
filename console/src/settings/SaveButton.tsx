/** The end of a form: its button, and what became of it where no field says so. */
import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { Problem } from '../shell/Problem.tsx';

interface SaveButtonProps {
  readonly saving: { readonly isPending: boolean; readonly isSuccess: boolean; readonly error: unknown };
  /** Pointers of the fields that show a refusal themselves. */
  readonly told?: readonly string[];
  /** What it says instead of saving, and once that is done. */
  readonly label?: string;
  readonly done?: string;
}

export function SaveButton({ saving, told = [], label, done }: SaveButtonProps) {
  const { t } = useTranslation();
  const { isPending, isSuccess, error } = saving;
  return (
    <>
      <Problem error={told.some((where) => refusedAt(error, where) !== null) ? null : error} />
      <Group>
        <Button type="submit" loading={isPending}>
          {label ?? t('save')}
        </Button>
        {isSuccess && <Text role="status">{done ?? t('settings.saved')}</Text>}
      </Group>
    </>
  );
}
