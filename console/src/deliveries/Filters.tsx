/** What the list of deliveries is narrowed by. Everything stands in the address, times as instants. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { WallTimeField } from '../shell/WallTimeField.tsx';
import { type Filter, readFilter, type Span, spans, states } from './filter.ts';

const route = getRouteApi('/shell/deliveries');

interface FiltersProps {
  readonly filter: Filter;
  readonly webhooks: readonly { readonly id: string; readonly url: string }[];
}

export function Filters({ filter, webhooks }: FiltersProps) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const isBounded = filter.from !== undefined || filter.to !== undefined;
  const [wantsBounds, setWantsBounds] = useState(isBounded);
  const showsBounds = isBounded || wantsBounds;
  const change = (changes: Record<string, string | null>) =>
    navigate({ search: readFilter(dropEmpty({ ...filter, ...changes })), replace: true });
  const changeSpan = (span: string) => {
    setWantsBounds(span === 'between');
    void change({ within: span, from: null, to: null });
  };
  const all = { value: '', label: t('filter.all') };
  return (
    <Group component="search" aria-label={t('filter.title')} gap="sm" align="flex-end">
      <NativeSelect
        label={t('filter.state')}
        value={filter.state ?? ''}
        onChange={(event) => change({ state: event.currentTarget.value })}
        data={[all, ...states.map((state) => ({ value: state, label: t(`state.${state}`) }))]}
      />
      <NativeSelect
        label={t('filter.webhook')}
        value={filter.webhook ?? ''}
        onChange={(event) => change({ webhook: event.currentTarget.value })}
        data={[all, ...webhooks.map(({ id, url }) => ({ value: id, label: url }))]}
        maw="16rem"
      />
      <NativeSelect
        label={t('filter.within')}
        value={showsBounds ? 'between' : (filter.within ?? '')}
        onChange={(event) => changeSpan(event.currentTarget.value)}
        data={[
          { value: '', label: t('filter.ever') },
          ...(Object.keys(spans) as Span[]).map((span) => ({ value: span, label: t(`filter.${span}`) })),
          { value: 'between', label: t('filter.between') },
        ]}
      />
      {showsBounds && (
        <>
          <WallTimeField
            label={t('filter.from')}
            instant={filter.from ?? null}
            onChange={(from) => change({ from })}
          />
          <WallTimeField
            label={t('filter.to')}
            instant={filter.to ?? null}
            onChange={(to) => change({ to })}
          />
        </>
      )}
      {filter.tracking !== undefined && (
        <Button variant="default" onClick={() => change({ tracking: '' })}>
          {t('filter.everyParcel')}
        </Button>
      )}
    </Group>
  );
}

function dropEmpty(said: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(said).filter((one): one is [string, string] => one[1] !== '' && one[1] !== null),
  );
}
