/** An address that leads nowhere. */
import { Container, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AnchorLink } from './links.tsx';
import { Page, useTitle } from './Page.tsx';

export function NotFound() {
  const { t } = useTranslation();
  useTitle(t('notFound.title'));
  return (
    <Container component="main" size="sm" py="xl">
      <Stack>
        <Title order={1}>{t('notFound.title')}</Title>
        <Text>{t('notFound.about')}</Text>
        <AnchorLink to="/">{t('notFound.home')}</AnchorLink>
      </Stack>
    </Container>
  );
}

/** The same for whoever is signed in, where the way to the other pages stands around it. */
export function NotFoundHere() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')} about={t('notFound.about')}>
      <AnchorLink to="/">{t('notFound.home')}</AnchorLink>
    </Page>
  );
}
