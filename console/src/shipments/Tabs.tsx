/** Which shipments: those there are, those that need attention, for all reasons or some, and those that were put away. */
import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../shell/format.ts';
import { attentions, type Filter, readFilter, wordsOf } from './filter.ts';
import type { Counts } from './shipments.ts';

interface TabsProps {
  readonly filter: Filter;
  /** Undefined where they are not known yet, or never. */
  readonly counts: Counts | undefined;
}

export function Tabs({ filter, counts }: TabsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { archived: _, attention, ...rest } = filter;
  const all = counts && Object.values(counts.by_status).reduce((sum, count) => sum + count, 0);
  const needing = counts && Object.values(counts.attention).reduce((sum, count) => sum + count, 0);
  const isBounded = counts && Object.values(counts.attention).some((count) => count >= counts.counted_to);
  const tabs = [
    { name: 'all', search: rest, count: all, isHere: !filter.archived && attention === undefined },
    {
      name: 'attention',
      search: { ...rest, attention: 'any' },
      count: needing,
      isHere: attention !== undefined,
    },
    {
      name: 'archived',
      search: { ...rest, archived: true },
      count: counts?.archived,
      isHere: filter.archived === true,
    },
  ] as const;
  return (
    <>
      <Group component="nav" aria-label={t('shipments.tabs.title')} gap={4} className="tabs">
        {tabs.map(({ name, search, count, isHere }) => (
          <Link
            key={name}
            to="/shipments"
            search={search}
            className="tab"
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={isHere ? 'page' : undefined}
          >
            {t(`shipments.tabs.${name}`)}
            {count !== undefined && (
              <span className="tabCount">
                {format.number(count)}
                {name === 'attention' && isBounded && '+'}
              </span>
            )}
          </Link>
        ))}
      </Group>
      {attention !== undefined && <Reasons filter={filter} counts={counts} />}
    </>
  );
}

function Reasons({ filter, counts }: TabsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const chosen = wordsOf(filter.attention);
  const toggled = (reason: string) => {
    const now = attentions.filter((one) => chosen.includes(one) !== (one === reason));
    return readFilter({ ...filter, attention: now.length === 0 ? 'any' : now.join(',') });
  };
  return (
    <Group component="nav" aria-label={t('attention.title')} gap="xs">
      {attentions.map((reason) => (
        <Link
          key={reason}
          to="/shipments"
          search={toggled(reason)}
          replace
          className="chip"
          activeOptions={{ exact: true, includeSearch: true }}
          aria-current={chosen.includes(reason) ? 'true' : undefined}
          title={t(`attention.${reason}About`)}
        >
          {t(`attention.${reason}`)}
          {counts !== undefined && (
            <span className="tabCount">
              {format.number(counts.attention[reason])}
              {counts.attention[reason] >= counts.counted_to && '+'}
            </span>
          )}
        </Link>
      ))}
    </Group>
  );
}
