/** Which statuses a webhook is told of: all of them, or those that are ticked. */
import { Checkbox, Input, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Status, selectable } from './webhooks.ts';

interface StatusFieldsProps {
  readonly statuses: 'all' | readonly Status[];
  readonly error: string | null;
  readonly onChange: (statuses: 'all' | readonly Status[]) => void;
}

export function StatusFields({ statuses, error, onChange }: StatusFieldsProps) {
  const { t } = useTranslation();
  const ticked: readonly Status[] = statuses === 'all' ? selectable : statuses;
  const toggle = (status: Status) =>
    onChange(selectable.filter((one) => (one === status ? !ticked.includes(one) : ticked.includes(one))));
  return (
    <Input.Wrapper
      component="fieldset"
      className="plainFieldset"
      label={t('form.statuses')}
      labelElement="div"
      description={t('form.statusesAbout')}
      error={error ?? (ticked.length === 0 ? t('form.statusesNone') : null)}
    >
      <Stack gap="xs" mt="xs">
        <Checkbox
          label={t('form.statusesAll')}
          checked={statuses === 'all'}
          indeterminate={statuses !== 'all' && ticked.length > 0}
          onChange={() => onChange(statuses === 'all' ? [] : 'all')}
        />
        <div className="statuses">
          {selectable.map((status) => (
            <Checkbox
              key={status}
              label={t(`status.${status}`)}
              checked={ticked.includes(status)}
              onChange={() => toggle(status)}
            />
          ))}
        </div>
      </Stack>
    </Input.Wrapper>
  );
}
