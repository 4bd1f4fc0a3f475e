/** A file: chosen, read, looked at, sent, and reported on. Nothing is sent before somebody has seen what it would be. */
import { Button, FileButton, Group, Loader, Stack, Text } from '@mantine/core';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../shell/download.ts';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { Wrong } from '../shell/Wrong.tsx';
import { type CsvFault, fileBytesMax, rowsMax, type Table } from './csvLimits.ts';
import { Preview } from './Preview.tsx';
import { readFile } from './readFile.ts';
import { csvOf } from './report.ts';
import { SendingPanel } from './SendingPanel.tsx';
import { useSending } from './useSending.ts';

type Reading =
  | { readonly is: 'none' }
  | { readonly is: 'reading'; readonly name: string }
  | { readonly is: 'fault'; readonly name: string; readonly fault: CsvFault | { readonly fault: 'tooLarge' } }
  | { readonly is: 'failed'; readonly error: unknown }
  | { readonly is: 'read'; readonly name: string; readonly table: Table };

const mebi = 1024 * 1024;

export function AddFile() {
  const { t } = useTranslation();
  const handle = useSending();
  const [reading, setReading] = useState<Reading>({ is: 'none' });
  const aborting = useRef(new AbortController());
  useEffect(() => () => aborting.current.abort(), []);
  const read = async (file: File | null) => {
    if (file === null) return;
    const { name } = file;
    if (file.size > fileBytesMax) return setReading({ is: 'fault', name, fault: { fault: 'tooLarge' } });
    aborting.current.abort();
    aborting.current = new AbortController();
    const { signal } = aborting.current;
    setReading({ is: 'reading', name });
    try {
      const table = await readFile(file, signal);
      setReading('fault' in table ? { is: 'fault', name, fault: table } : { is: 'read', name, table });
    } catch (error) {
      if (!signal.aborted) setReading({ is: 'failed', error });
    }
  };
  if (handle.sending.is !== 'idle') {
    const reset = () => {
      handle.reset();
      setReading({ is: 'none' });
    };
    return <SendingPanel {...handle} reset={reset} />;
  }
  if (reading.is === 'read') {
    return (
      <Preview
        name={reading.name}
        table={reading.table}
        onSend={handle.start}
        onCancel={() => setReading({ is: 'none' })}
      />
    );
  }
  return (
    <Section
      title={t('add.file')}
      about={t('file.about', { rows: rowsMax, size: fileBytesMax / mebi })}
      actions={
        <Button variant="default" onClick={() => download('waybell-example.csv', example, 'text/csv')}>
          {t('file.example')}
        </Button>
      }
    >
      {reading.is === 'fault' && <Wrong title={reading.name}>{faultWords(reading.fault)}</Wrong>}
      {reading.is === 'failed' && <Problem error={reading.error} />}
      <Drop onFile={(file) => void read(file)} isBusy={reading.is === 'reading'} />
    </Section>
  );

  function faultWords(fault: CsvFault | { readonly fault: 'tooLarge' }): string {
    if (fault.fault === 'tooLarge') return t('file.tooLarge', { size: fileBytesMax / mebi });
    if (fault.fault === 'tooManyRows') return t('file.tooManyRows', { count: rowsMax });
    if (fault.fault === 'empty') return t('file.empty');
    return t(`file.${fault.fault}`, { row: fault.row });
  }
}

interface DropProps {
  readonly onFile: (file: File | null) => void;
  readonly isBusy: boolean;
}

function Drop({ onFile, isBusy }: DropProps) {
  const { t } = useTranslation();
  const [isOver, setIsOver] = useState(false);
  const take = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    if (event.type === 'drop') onFile(event.dataTransfer.files[0] ?? null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same for those who do not drag
    <div
      className="drop"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={take}
      onDrop={take}
    >
      <Stack align="center" gap="sm" aria-busy={isBusy}>
        {isBusy ? (
          <Group role="status">
            <Loader size="sm" />
            <Text>{t('file.reading')}</Text>
          </Group>
        ) : (
          <>
            <Text>{t('file.drop')}</Text>
            <FileButton
              onChange={onFile}
              accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
            >
              {(props) => <Button {...props}>{t('file.choose')}</Button>}
            </FileButton>
          </>
        )}
      </Stack>
    </div>
  );
}

const example = csvOf(
  ['tracking_number', 'courier_code', 'title', 'order_number', 'customer_name', 'destination_country'],
  [
    ['SANDBOX-DELIVERED-1', 'sandbox', 'Blue kettle', '1001', 'A. Example', 'SE'],
    ['LX203960974CN', 'china-post', 'Two cups', '1002', 'B. Example', 'DE'],
  ],
);
