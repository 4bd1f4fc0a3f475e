/** Attempts by the hour as a table, folded away: the same as the bars, for whoever reads by ear or wants the numbers. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FiguresHour } from '../../../src/sdk/overview.ts';
import { useFormat } from '../shell/format.ts';
import './figures.css';

export function HourTable({ hours }: { hours: readonly FiguresHour[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <details>
      <summary>
        <Text span size="sm">
          {t('figures.table')}
        </Text>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className="hourTable" tabIndex={0} aria-label={t('figures.table')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('figures.hour')}</Table.Th>
              <Table.Th scope="col">{t('figures.accepted')}</Table.Th>
              <Table.Th scope="col">{t('figures.failed')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {hours.map(({ at, accepted, failed }) => (
              <Table.Tr key={at}>
                <Table.Th scope="row">{format.hour(at, 'long')}</Table.Th>
                <Table.Td>{format.number(accepted)}</Table.Td>
                <Table.Td>{format.number(failed)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </details>
  );
}
