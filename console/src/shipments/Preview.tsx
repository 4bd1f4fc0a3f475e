/** What a file would become: which column holds what, its first rows, and those that something is wrong with. */
import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  ScrollArea,
  Table as Sheet,
  Stack,
  Text,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../shell/format.ts';
import { Note } from '../shell/Note.tsx';
import { Section } from '../shell/Section.tsx';
import { Wrong } from '../shell/Wrong.tsx';
import { type Field, fields, type Mapping, recognise } from './columns.ts';
import type { Table } from './csvLimits.ts';
import { type Draft, draftsOf } from './drafts.ts';
import type { Line } from './report.ts';
import { couriersQuery } from './shipments.ts';

const rowsShown = 8;
const doubtsShown = 10;
const columnsMax = 60;

interface PreviewProps {
  readonly name: string;
  readonly table: Table;
  readonly onSend: (drafts: readonly Draft[], heldBack: readonly Line[]) => void;
  readonly onCancel: () => void;
}

export function Preview({ name, table, onSend, onCancel }: PreviewProps) {
  const { t } = useTranslation();
  const { rows } = table;
  const couriers = useQuery(couriersQuery).data ?? [];
  const recognised = useMemo(() => recognise(rows), [rows]);
  const [hasHeader, setHasHeader] = useState(recognised.hasHeader);
  const [mapping, setMapping] = useState<Mapping>(recognised.mapping);
  const drafts = useMemo(
    () => draftsOf({ rows, mapping, hasHeader, couriers }),
    [rows, mapping, hasHeader, couriers],
  );
  const sent = drafts.filter(({ fault }) => fault === null);
  const hasNumber = mapping.includes('tracking_number');
  /** A field is of one column: the one that has it now gives it up. */
  const put = (column: number, field: Field | null) =>
    setMapping(
      mapping.map((before, index) => {
        if (index === column) return field;
        return before === field ? null : before;
      }),
    );
  return (
    <Section
      title={t('sheet.title', { name })}
      about={t('sheet.about', {
        count: drafts.length,
        delimiter: t(`sheet.delimiter.${nameOf[table.delimiter]}`),
      })}
    >
      <Checkbox
        label={t('sheet.hasHeader')}
        checked={hasHeader}
        onChange={(event) => setHasHeader(event.currentTarget.checked)}
      />
      <Columns rows={rows} hasHeader={hasHeader} mapping={mapping} onPut={put} />
      {!hasNumber && <Wrong>{t('sheet.noNumber')}</Wrong>}
      {hasNumber && <Doubts drafts={drafts} />}
      <Group>
        <Button
          disabled={!hasNumber || sent.length === 0}
          onClick={() => onSend(sent, linesHeldBack(drafts, t))}
        >
          {t('add.addMany', { count: hasNumber ? sent.length : 0 })}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
      </Group>
    </Section>
  );
}

const nameOf = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

interface ColumnsProps {
  readonly rows: Table['rows'];
  readonly hasHeader: boolean;
  readonly mapping: Mapping;
  readonly onPut: (column: number, field: Field | null) => void;
}

function Columns({ rows, hasHeader, mapping, onPut }: ColumnsProps) {
  const { t } = useTranslation();
  const from = hasHeader ? 1 : 0;
  const shown = mapping.slice(0, columnsMax);
  const titleOf = (column: number) =>
    (hasHeader && rows[0]?.[column]) || t('sheet.column', { number: column + 1 });
  return (
    <ScrollArea.Autosize mah="28rem" viewportProps={{ tabIndex: 0 }} aria-label={t('sheet.columns')}>
      <Sheet withTableBorder withColumnBorders>
        <Sheet.Thead>
          <Sheet.Tr>
            <Sheet.Th scope="col">{t('sheet.row')}</Sheet.Th>
            {shown.map((field, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place
              <Sheet.Th key={column} scope="col" miw="11rem">
                <NativeSelect
                  size="xs"
                  label={titleOf(column)}
                  value={field ?? ''}
                  onChange={(event) => onPut(column, (event.currentTarget.value || null) as Field | null)}
                  data={[
                    { value: '', label: t('sheet.leftOut') },
                    ...fields.map((one) => ({ value: one, label: t(`field.${one}`) })),
                  ]}
                />
              </Sheet.Th>
            ))}
          </Sheet.Tr>
        </Sheet.Thead>
        <Sheet.Tbody>
          {rows.slice(from, from + rowsShown).map((cells, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place
            <Sheet.Tr key={index}>
              <Sheet.Th scope="row" fw={400}>
                {from + index + 1}
              </Sheet.Th>
              {shown.map((field, column) => (
                <Sheet.Td
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place
                  key={column}
                  dir="auto"
                  className="sheetCell"
                  data-left-out={field === null || undefined}
                >
                  {cells[column] ?? ''}
                </Sheet.Td>
              ))}
            </Sheet.Tr>
          ))}
        </Sheet.Tbody>
      </Sheet>
    </ScrollArea.Autosize>
  );
}

/** The first rows that are not sent, and the first that look wrong, each with what is wrong, and how many there are. */
export function Doubts({ drafts }: { drafts: readonly Draft[] }) {
  const { t } = useTranslation();
  const faults = drafts.filter(({ fault }) => fault !== null);
  const doubts = drafts.filter(({ doubt }) => doubt !== null);
  if (faults.length + doubts.length === 0) return null;
  return (
    <Note role="status">
      <Stack gap="sm">
        <Doubted title={t('doubt.faults', { count: faults.length })} drafts={faults} />
        <Doubted title={t('doubt.doubts', { count: doubts.length })} drafts={doubts} />
      </Stack>
    </Note>
  );
}

function Doubted({ title, drafts }: { title: string; drafts: readonly Draft[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (drafts.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <ul className="refusedList" tabIndex={0} aria-label={title}>
        {drafts.slice(0, doubtsShown).map(({ row, update, fault, doubt }) => (
          <li key={row}>
            {t('report.row', { row: format.number(row) })}
            {update.tracking_number !== '' && (
              <>
                {' · '}
                <bdi>{update.tracking_number}</bdi>
              </>
            )}
            {': '}
            {fault !== null ? t(`doubt.${fault}`) : doubt !== null && t(`doubt.${doubt}`)}
          </li>
        ))}
      </ul>
      {drafts.length > doubtsShown && (
        <Text size="sm" c="dimmed">
          {t('doubt.more', { count: drafts.length - doubtsShown })}
        </Text>
      )}
    </div>
  );
}

/** Lines of the report for the rows that are not sent. */
export function linesHeldBack(drafts: readonly Draft[], t: TFunction): readonly Line[] {
  return drafts.flatMap(({ row, update, fault }) =>
    fault === null
      ? []
      : [
          {
            row,
            number: update.tracking_number,
            outcome: 'notSent' as const,
            trackingId: null,
            message: t(`doubt.${fault}`),
          },
        ],
  );
}
