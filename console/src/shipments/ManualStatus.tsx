/** A status set by hand, which outranks what couriers report until it is taken back. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../shell/Confirm.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { statuses } from './filter.ts';
import { change, type Shipment, type Status, useOutdate } from './shipments.ts';

export function ManualStatus({ shipment: { id, status, manual } }: { shipment: Shipment }) {
  const { t } = useTranslation();
  const outdate = useOutdate();
  const [wanted, setWanted] = useState<Status>(status);
  const takingBack = useMutation({
    mutationFn: () => change(id, { status: null }),
    onSettled: outdate,
  });
  return (
    <Section title={t('manual.title')} about={t(manual ? 'manual.isSet' : 'manual.about')}>
      <Group align="flex-end" gap="sm">
        <NativeSelect
          label={t('shipments.status')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value as Status)}
          data={statuses.map((one) => ({ value: one, label: t(`status.${one}`) }))}
        />
        <Confirm
          label={t('manual.set')}
          title={t('manual.setTitle', { status: t(`status.${wanted}`) })}
          about={t('manual.setAbout')}
          yes={t('manual.set')}
          run={async () => {
            await change(id, { status: wanted });
            await outdate();
          }}
        />
        {manual && (
          <Button variant="default" loading={takingBack.isPending} onClick={() => takingBack.mutate()}>
            {t('manual.takeBack')}
          </Button>
        )}
      </Group>
      <Problem error={takingBack.error} />
    </Section>
  );
}
