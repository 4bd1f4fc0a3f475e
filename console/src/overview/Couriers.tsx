/** How the couriers that are asked answer. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CourierFigures } from '../../../src/sdk/overview.ts';
import { Dot } from '../shell/Dot.tsx';
import { useFormat } from '../shell/format.ts';
import { Instant } from '../shell/Instant.tsx';
import { Section } from '../shell/Section.tsx';
import { useCourierNames } from '../shipments/shipments.ts';
import { courierState } from './courierState.ts';

export function Couriers({ couriers }: { couriers: readonly CourierFigures[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useCourierNames();
  return (
    <Section title={t('overview.couriers.title')} about={t('overview.couriers.about')}>
      {/* biome-ignore lint/a11y: what scrolls has to be reached by the keyboard, and is a group without the looks of one */}
      <div className="tableWrap" role="group" tabIndex={0} aria-label={t('overview.couriers.title')}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('overview.couriers.courier')}</Table.Th>
              <Table.Th scope="col">{t('overview.couriers.health')}</Table.Th>
              <Table.Th scope="col">{t('overview.couriers.asked')}</Table.Th>
              <Table.Th scope="col">{t('overview.couriers.failed')}</Table.Th>
              <Table.Th scope="col">{t('overview.couriers.lastAnswer')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {couriers.map((courier) => (
              <Table.Tr key={courier.courier_code}>
                <Table.Th scope="row">{nameOf(courier.courier_code)}</Table.Th>
                <Table.Td>
                  <CourierHealth courier={courier} />
                </Table.Td>
                <Table.Td>{format.number(courier.asked)}</Table.Td>
                <Table.Td>{format.number(courier.failed)}</Table.Td>
                <Table.Td>
                  {courier.last_answer_at === null ? (
                    t('overview.none')
                  ) : (
                    <Instant at={courier.last_answer_at} />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}

function CourierHealth({ courier }: { courier: CourierFigures }) {
  const { t } = useTranslation();
  const state = courierState(courier);
  return (
    <>
      <Dot tone={({ well: 'good', shaky: 'wait', failing: 'bad', idle: 'rest' } as const)[state]}>
        {t(`overview.couriers.${state}`)}
      </Dot>
      {courier.last_failure !== null && state !== 'well' && state !== 'idle' && (
        <Text size="sm" c="dimmed">
          {courier.last_failure}
        </Text>
      )}
    </>
  );
}
