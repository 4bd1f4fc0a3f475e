/** The search box and the filters beside it. What they are set to goes into the address, and comes from there. */
import { Button, Group, MultiSelect, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Filter, isNarrowed, readFilter, statuses, wordsOf } from './filter.ts';
import { couriersQuery } from './shipments.ts';

const route = getRouteApi('/shell/shipments');
/** Between the last key and the asking. */
const typingMs = 250;
/** As the server bounds it. */
const searchCharsMax = 100;

export function Narrow({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const couriers = useQuery(couriersQuery).data ?? [];
  const change = (changes: Partial<Record<keyof Filter, string | undefined>>) =>
    void navigate({ search: (before) => readFilter({ ...before, ...changes }), replace: true });
  return (
    <Group component="search" aria-label={t('filter.title')} gap="sm" align="flex-end">
      <Search said={filter.search ?? ''} onSearch={(search) => change({ search })} />
      <MultiSelect
        label={t('shipments.status')}
        placeholder={filter.status === undefined ? t('shipments.anyStatus') : ''}
        value={[...wordsOf(filter.status)]}
        onChange={(words) => change({ status: words.join(',') })}
        data={statuses.map((status) => ({ value: status, label: t(`status.${status}`) }))}
        clearable
        hidePickedOptions
        maw="24rem"
        miw="12rem"
        clearButtonProps={{ 'aria-label': t('shipments.anyStatus') }}
      />
      <Select
        label={t('shipments.courier')}
        placeholder={t('shipments.anyCourier')}
        value={filter.courier ?? null}
        onChange={(courier) => change({ courier: courier ?? undefined })}
        data={couriers.map(({ code, name }) => ({ value: code, label: name }))}
        searchable
        clearable
        nothingFoundMessage={t('shipments.noCourier')}
        w="12rem"
        clearButtonProps={{ 'aria-label': t('shipments.anyCourier') }}
      />
      <TextInput
        type="date"
        label={t('shipments.from')}
        value={filter.from ?? ''}
        max={filter.to}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('shipments.to')}
        value={filter.to ?? ''}
        min={filter.from}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
      {isNarrowed(filter) && (
        <Button
          variant="default"
          onClick={() =>
            change({ search: '', status: '', courier: undefined, from: undefined, to: undefined })
          }
        >
          {t('shipments.widen')}
        </Button>
      )}
    </Group>
  );
}

/** What is typed is asked for after a moment, and at once on Enter. */
function Search({ said, onSearch }: { said: string; onSearch: (search: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(said);
  const box = useRef<HTMLInputElement>(null);
  const asked = useRef(said);
  const ask = (search: string) => {
    asked.current = search.trim();
    onSearch(search.trim());
  };
  const later = useDebouncedCallback(ask, typingMs);
  useHotkeys([['/', () => box.current?.focus()]]);
  // Another address, by a saved view or the way back, is shown; what was typed here meanwhile is not overwritten.
  useEffect(() => {
    if (said === asked.current) return;
    asked.current = said;
    setTyped(said);
  }, [said]);
  return (
    <TextInput
      ref={box}
      type="search"
      label={t('shipments.search')}
      placeholder={t('shipments.searchFor')}
      value={typed}
      maxLength={searchCharsMax}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') ask(typed);
      }}
      spellCheck={false}
      autoComplete="off"
      flex="1 1 100%"
      aria-keyshortcuts="/"
    />
  );
}
