/** What stands around every page: where one can go, who is signed in, light or dark, and the way out. */
import { AppShell, Burger, Group, NavLink, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { SessionEnded } from '../session/SessionEnded.tsx';
import { useSession, useSignOut } from '../session/session.ts';
import { ColorScheme } from './ColorScheme.tsx';
import { Icon } from './Icon.tsx';
import { LanguageMenu } from './LanguageMenu.tsx';
import { Mark } from './Mark.tsx';

const places = [
  { to: '/', name: 'overview', icon: 'overview' },
  { to: '/shipments', name: 'shipments', icon: 'shipment' },
  { to: '/webhooks', name: 'webhooks', icon: 'webhook' },
  { to: '/format', name: 'format', icon: 'format' },
  { to: '/deliveries', name: 'deliveries', icon: 'delivery' },
  { to: '/inbox', name: 'inbox', icon: 'inbox' },
  { to: '/settings', name: 'settings', icon: 'settings' },
] as const;

export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const main = useMainOnArrival();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 230, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <SessionEnded />
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t(isOpen ? 'shell.closeMenu' : 'shell.openMenu')}
            />
            <Mark />
          </Group>
          <Group gap={4} wrap="nowrap">
            <LanguageMenu />
            <ColorScheme />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t('shell.navigation')}>
        <AppShell.Section grow p="xs" className="places">
          {places.map(({ to, name, icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              // Every address begins as that of the first page does.
              activeOptions={{ exact: to === '/', includeSearch: false }}
              label={t(`${name}.title`)}
              leftSection={<Icon name={icon} />}
              onClick={close}
              className="place"
            />
          ))}
        </AppShell.Section>
        <AppShell.Section p="xs" className="who">
          <Who />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Stack maw={1120} mx="auto" gap="lg">
          <Outlet />
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}

/** Who reads by ear or moves by key is taken to the new page, as a browser does with one that it loads. */
function useMainOnArrival() {
  const main = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);
  return main;
}

function Who() {
  const { t } = useTranslation();
  const session = useSession();
  const signOut = useSignOut();
  const leave = async () => {
    await signOut();
    location.assign('/sign-in');
  };
  return (
    <>
      <Stack gap={0} px="sm" py={6}>
        <Text size="sm" fw={600} truncate>
          {session?.member?.name || session?.member?.email || t('shell.withKey')}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {session?.account.signing_email}
        </Text>
      </Stack>
      <NavLink
        component="button"
        type="button"
        label={t('shell.signOut')}
        leftSection={<Icon name="leave" />}
        onClick={() => void leave()}
      />
    </>
  );
}
