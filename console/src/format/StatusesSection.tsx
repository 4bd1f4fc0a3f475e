/** The statuses of a version: how each is written in its bodies, what it means, whether a webhook can select it. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { Section } from '../shell/Section.tsx';
import { selectable } from '../webhooks/webhooks.ts';

const statuses = ['pending', ...selectable] as const;

export function StatusesSection({ version }: { version: WebhookVersion }) {
  const { t } = useTranslation();
  const isFolded = version === 'v2' || version === 'v3';
  return (
    <div id="statuses" className="anchored">
      <Section
        title={t('format.statuses.title')}
        about={t(isFolded ? 'format.statuses.about8' : 'format.statuses.about9')}
      >
        {/* biome-ignore lint/a11y: what scrolls has to be reached by the keyboard, and is a group without the looks of one */}
        <div className="tableWrap" role="group" tabIndex={0} aria-label={t('format.statuses.title')}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('form.statuses')}</Table.Th>
                <Table.Th scope="col">{t('format.statuses.value')}</Table.Th>
                <Table.Th scope="col">{t('format.statuses.means')}</Table.Th>
                <Table.Th scope="col">{t('format.statuses.select')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {statuses.map((status) => (
                <Table.Tr key={status}>
                  <Table.Th scope="row">{t(`status.${status}`)}</Table.Th>
                  <Table.Td className="statusValue">{writtenAs(status, isFolded)}</Table.Td>
                  <Table.Td miw="14rem">
                    {t(`format.statuses.${status}`)}
                    {isFolded && status === 'inforeceived' && (
                      <Text size="sm" c="dimmed">
                        {t(version === 'v2' ? 'format.statuses.foldedV2' : 'format.statuses.foldedV3')}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {t(status === 'pending' ? 'format.statuses.no' : 'format.statuses.yes')}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Section>
    </div>
  );
}

function writtenAs(status: (typeof statuses)[number], isFolded: boolean): string {
  return isFolded && status === 'inforeceived' ? 'notfound' : status;
}
