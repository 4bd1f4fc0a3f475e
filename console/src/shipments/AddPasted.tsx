/** Many numbers, one a line, each with its courier behind a comma where one likes. */
import { Button, Group, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../shell/Section.tsx';
import { type Draft, draftsOf } from './drafts.ts';
import { Doubts, linesHeldBack } from './Preview.tsx';
import { SendingPanel } from './SendingPanel.tsx';
import { couriersQuery } from './shipments.ts';
import { useSending } from './useSending.ts';

const rowsMax = 10_000;

export function AddPasted() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const couriers = useQuery(couriersQuery).data ?? [];
  const handle = useSending();
  const drafts = useMemo(
    () =>
      draftsOf({
        rows: text.split(/\r\n|\n|\r/).map(cellsOf),
        mapping: ['tracking_number', 'courier_code'],
        hasHeader: false,
        couriers,
      }),
    [text, couriers],
  );
  const sent = drafts.filter(({ fault }) => fault === null);
  const isTooMany = drafts.length > rowsMax;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    handle.start(sent, linesHeldBack(drafts as readonly Draft[], t));
  };
  if (handle.sending.is !== 'idle') return <SendingPanel {...handle} />;
  return (
    <form onSubmit={submit}>
      <Section title={t('add.paste')}>
        <Textarea
          label={t('add.numbers')}
          description={t('add.numbersAbout')}
          placeholder={'LX203960974CN\n9400111899223100001,usps'}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={isTooMany ? t('add.numbersTooMany', { count: rowsMax }) : null}
          autosize
          minRows={8}
          maxRows={20}
          spellCheck={false}
          className="numbers"
        />
        <Doubts drafts={drafts} />
        <Group>
          <Button type="submit" disabled={sent.length === 0 || isTooMany}>
            {t('add.addMany', { count: sent.length })}
          </Button>
          <Text size="sm" c="dimmed">
            {t('add.emptyNote')}
          </Text>
        </Group>
      </Section>
    </form>
  );
}

/** The number, and what stands behind the first comma, semicolon or tab. */
function cellsOf(line: string): readonly string[] {
  const [, number = '', courier = ''] = /^([^,;\t]*)[,;\t]?(.*)$/.exec(line) ?? [];
  return [number.trim(), courier.trim()];
}
