/** What stands around every part of the settings: the way to the others. */
import './settings.css';
import { Group } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';
import { OwnersOnly } from '../shell/MayNot.tsx';
import { Page } from '../shell/Page.tsx';
import { owners, places } from './places.ts';

export function SettingsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const pathname = useLocation({ select: (location) => location.pathname });
  if (session === null) return null;
  const here = places.find(({ to }) => to === pathname);
  const isShut = here?.isFor === owners && !owners(session);
  return (
    <Page
      title={t('settings.title')}
      windowTitle={here && `${t(`settings.places.${here.name}`)} · ${t('settings.title')}`}
    >
      <Group component="nav" aria-label={t('settings.parts')} className="tabs" gap={4}>
        {places
          .filter(({ isFor }) => isFor(session))
          .map(({ to, name }) => (
            <Link key={to} to={to} className="tab">
              {t(`settings.places.${name}`)}
            </Link>
          ))}
      </Group>
      {isShut ? <OwnersOnly /> : <Outlet />}
    </Page>
  );
}
