/** How long data of the account stays; what is left open stays as long as the server keeps it. */
import { NumberInput, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { Loaded } from '../shell/Loaded.tsx';
import { Section } from '../shell/Section.tsx';
import { type AccountSettings, accountQuery, useSaveSettings } from './account.ts';
import { SaveButton } from './SaveButton.tsx';

const kinds = ['final_trackings_days', 'deliveries_days'] as const;
const pointer = (kind: (typeof kinds)[number]) => `/settings/retention/${kind}`;

export function RetentionSection() {
  const { t } = useTranslation();
  const query = useQuery(accountQuery);
  return (
    <Section title={t('retention.title')} about={t('retention.about')}>
      <Loaded query={query}>{({ settings }) => <RetentionForm retention={settings.retention} />}</Loaded>
    </Section>
  );
}

function RetentionForm({ retention }: Pick<AccountSettings, 'retention'>) {
  const { t } = useTranslation();
  const [days, setDays] = useState(retention);
  const saving = useSaveSettings(() => ({ retention: days }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} onChange={saving.reset}>
      <Stack maw="28rem">
        {kinds.map((kind) => (
          <NumberInput
            key={kind}
            label={t(`retention.${kind}`)}
            description={t(`retention.${kind}About`)}
            placeholder={t('retention.server')}
            value={days[kind] ?? ''}
            error={refusedAt(saving.error, pointer(kind))}
            onChange={(value) => setDays({ ...days, [kind]: value === '' ? null : Number(value) })}
            min={1}
            allowDecimal={false}
          />
        ))}
        <SaveButton saving={saving} told={kinds.map(pointer)} />
      </Stack>
    </form>
  );
}
