/** What stands around every part of the settings: the way to the others. */
import { Group } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';
import { Page } from '../shell/Page.tsx';
import { places } from './places.ts';

export function SettingsPage() {
  const { t } = useTranslation();
  const session = useSession();
  if (session === null) return null;
  return (
    <Page title={t('settings.title')}>
      <Group component="nav" aria-label={t('settings.parts')} className="tabs" gap={4}>
        {places
          .filter(({ isFor }) => isFor(session))
          .map(({ to, name }) => (
            <Link key={to} to={to} className="tab">
              {t(`settings.places.${name}`)}
            </Link>
          ))}
      </Group>
      <Outlet />
    </Page>
  );
}
