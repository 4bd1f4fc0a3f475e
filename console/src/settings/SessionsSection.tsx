/** Where a member is signed in, newest first, and the way to end all but this one. */
import { Badge, Group, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MemberSession } from '../../../src/sdk/session.ts';
import { call, type Page } from '../api/call.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Section } from '../shell/Section.tsx';

const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await call<Page<MemberSession>>('GET', '/sessions?limit=500')).data,
});

export function SessionsSection() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const query = useQuery(sessionsQuery);
  return (
    <Section
      title={t('sessions.title')}
      about={t('sessions.about')}
      actions={
        <Confirm
          label={t('password.others')}
          title={t('password.others')}
          about={t('password.othersAbout')}
          yes={t('password.others')}
          run={async () => {
            await call('DELETE', '/session/others');
            await queries.invalidateQueries({ queryKey: ['sessions'] });
          }}
        />
      }
    >
      <Loaded query={query}>
        {(sessions) => (
          <div className="rows">
            {sessions.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function SessionRow({ session }: { session: MemberSession }) {
  const { t } = useTranslation();
  const { browser, address, current, last_seen_at: lastSeenAt } = session;
  return (
    <Stack gap={0} py="xs">
      <Group gap="xs">
        <Text size="sm" fw={600} title={browser} lineClamp={1}>
          {nameOf(browser) ?? t('sessions.unknownBrowser')}
        </Text>
        {current && <Badge>{t('sessions.current')}</Badge>}
      </Group>
      <Text size="sm" c="dimmed">
        <span dir="ltr">{address}</span> · {t('sessions.lastSeen')} <Instant at={lastSeenAt} />
      </Text>
    </Stack>
  );
}

/** The browser and its system, of what it calls itself: most name their forebears as well, so the later ones come first. */
function nameOf(browser: string): string | null {
  const name = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((one) => browser.includes(`${one}/`));
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'].find((one) =>
    browser.includes(one),
  );
  const names = { Edg: 'Edge', OPR: 'Opera' } as const;
  if (name === undefined) return browser === '' ? null : (browser.split(' ')[0] ?? null);
  return [names[name as keyof typeof names] ?? name, system].filter((one) => one !== undefined).join(' · ');
}
