/** The log of who changed what, newest first. Whoever is gone stands there by their id. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src/sdk/members.ts';
import { call, type Page, withQuery } from '../api/call.ts';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { AnchorLink } from '../shell/links.tsx';
import { Section } from '../shell/Section.tsx';
import { keysQuery, membersQuery } from './members.ts';

const pageSize = 50;

const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam }) =>
    call<Page<AuditEntry>>('GET', withQuery('/audit', { limit: pageSize, cursor: pageParam ?? undefined })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

export function AuditSettings() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(auditQuery);
  const names = useNames();
  return (
    <Section title={t('audit.title')} about={t('audit.about')}>
      <Loaded query={query}>
        {({ pages }) => (
          <ol className="rows plainList">
            {pages
              .flatMap(({ data }) => data)
              .map((entry) => (
                <li key={entry.id}>
                  <Entry entry={entry} names={names} />
                </li>
              ))}
          </ol>
        )}
      </Loaded>
      {query.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('loadMore')}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function Entry({ entry, names }: { entry: AuditEntry; names: ReadonlyMap<string, string> }) {
  const { t, i18n } = useTranslation();
  const { at, actor, action, about, address } = entry;
  const key = `audit.actions.${action.replace('.', '_')}`;
  return (
    <Group justify="space-between" gap="sm" py="xs" align="flex-start">
      <Stack gap={0} miw={0} flex="1 1 16rem">
        <Text fw={600}>
          {/* What a newer server logs stands there by its name. */}
          {i18n.exists(key) ? t(key as 'audit.actions.key_created') : action}
        </Text>
        <Text size="sm" c="dimmed">
          {actor === 'operator' ? t('audit.operator') : (names.get(actor) ?? actor)} ·{' '}
          <span dir="ltr">{address}</span>
        </Text>
      </Stack>
      <Stack gap={0} className="auditAbout">
        <Text size="sm" c="dimmed">
          <Instant at={at} />
        </Text>
        {about !== null && <About id={about} names={names} />}
      </Stack>
    </Group>
  );
}

function About({ id, names }: { id: string; names: ReadonlyMap<string, string> }) {
  const text = names.get(id) ?? id;
  if (id.startsWith('wh_'))
    return (
      <AnchorLink to="/webhooks/$id" params={{ id }} size="sm" className="mono">
        {text}
      </AnchorLink>
    );
  return (
    <Text size="sm" className={text === id ? 'mono' : undefined}>
      {text}
    </Text>
  );
}

/** Of members and keys that are there, by id. */
function useNames(): ReadonlyMap<string, string> {
  const { data: members = [] } = useQuery(membersQuery);
  const { data: keys = [] } = useQuery(keysQuery);
  return new Map([
    ...members.map(({ id, name, email }) => [id, name ?? email] as const),
    ...keys.map(({ id, name }) => [id, name] as const),
  ]);
}
