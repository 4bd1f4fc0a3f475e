/** Shipments come in: one by a form, many by pasting, very many from a file. */
import './style.css';
import { Group } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { MayNot } from '../shell/MayNot.tsx';
import { Page } from '../shell/Page.tsx';
import { AddFile } from './AddFile.tsx';
import { AddOne } from './AddOne.tsx';
import { AddPasted } from './AddPasted.tsx';
import { type Way, ways } from './ways.ts';

const route = getRouteApi('/shell/shipments/new');
const parts: Readonly<Record<Way, () => React.ReactNode>> = {
  one: AddOne,
  paste: AddPasted,
  file: AddFile,
};

export function AddPage() {
  const { t } = useTranslation();
  const { by = 'one' } = route.useSearch();
  const Part = parts[by];
  if (!useMayWrite())
    return (
      <Page title={t('add.title')}>
        <MayNot />
      </Page>
    );
  return (
    <Page title={t('add.title')} about={t(`add.${by}About`)}>
      <Group component="nav" aria-label={t('add.ways')} gap={4} className="tabs">
        {ways.map((way) => (
          <Link
            key={way}
            to="/shipments/new"
            search={way === 'one' ? {} : { by: way }}
            className="tab"
            activeOptions={{ exact: true, includeSearch: true }}
          >
            {t(`add.${way}`)}
          </Link>
        ))}
      </Group>
      <Part />
    </Page>
  );
}
