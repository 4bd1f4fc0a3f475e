/** One of the couriers that are known by name; those that a number may belong to stand first. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type CourierCandidate, couriersQuery } from './shipments.ts';

interface CourierSelectProps {
  readonly label: string;
  readonly description?: ReactNode;
  /** Empty: none. */
  readonly value: string;
  readonly error: ReactNode;
  readonly candidates?: readonly CourierCandidate[];
  readonly onChange: (code: string) => void;
}

export function CourierSelect({ candidates = [], value, onChange, ...labels }: CourierSelectProps) {
  const { t } = useTranslation();
  const couriers = useQuery(couriersQuery).data ?? [];
  const option = ({ code, name }: { code: string; name: string }) => ({ value: code, label: name });
  const likely = candidates.flatMap(({ courier_code: code }) =>
    couriers.filter((courier) => courier.code === code).map(option),
  );
  const others = couriers.map(option).filter((one) => !likely.some(({ value: code }) => code === one.value));
  return (
    <Select
      {...labels}
      value={value || null}
      onChange={(code) => onChange(code ?? '')}
      data={
        likely.length === 0
          ? others
          : [
              { group: t('add.likely'), items: likely },
              { group: t('add.otherCouriers'), items: others },
            ]
      }
      searchable
      clearable
      nothingFoundMessage={t('shipments.noCourier')}
      clearButtonProps={{ 'aria-label': t('add.noCourier') }}
    />
  );
}
