/** How customers see the account: its name, colour and logo, and what the public page of a parcel tells. */
import { ColorInput, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { refusedAt } from '../api/refusal.ts';
import { languageNames, languages } from '../i18n/languages.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Section } from '../shell/Section.tsx';
import { type AccountSettings, accountQuery, useSaveSettings } from './account.ts';
import { Choices } from './Choices.tsx';
import { LogoField } from './LogoField.tsx';
import { SaveButton } from './SaveButton.tsx';

const shown = ['destination', 'locations', 'order_number', 'title'] as const;
/** Fields that show a refusal themselves. */
const told = ['/settings/name', '/settings/website', '/settings/color'];

export function TrackPageSettings() {
  const { t } = useTranslation();
  const query = useQuery(accountQuery);
  return (
    <Loaded query={query}>
      {(account) => (
        <>
          <Section title={t('trackPage.title')} about={t('trackPage.about')}>
            <TrackPageForm settings={account.settings} />
          </Section>
          <Section title={t('trackPage.logo')} about={t('trackPage.logoAbout')}>
            <LogoField path={account.logo_path} />
          </Section>
          <Section
            title={t('trackPage.links')}
            about={t('trackPage.linksAbout')}
            actions={
              <Confirm
                danger
                label={t('trackPage.reset')}
                title={t('trackPage.resetTitle')}
                about={t('trackPage.resetAbout')}
                yes={t('trackPage.reset')}
                run={() => call('POST', '/account/reset-track-links')}
              />
            }
          />
        </>
      )}
    </Loaded>
  );
}

function TrackPageForm({ settings }: { settings: AccountSettings }) {
  const { t } = useTranslation();
  const [name, setName] = useState(settings.name ?? '');
  const [website, setWebsite] = useState(settings.website ?? '');
  const [color, setColor] = useState(settings.color ?? '');
  const [language, setLanguage] = useState(settings.language ?? '');
  const [enabled, setEnabled] = useState(settings.track_page.enabled);
  const [shows, setShows] = useState(settings.track_page.shows);
  const saving = useSaveSettings(() => ({
    name: orNull(name),
    website: orNull(website),
    color: orNull(color)?.toLowerCase() ?? null,
    language: orNull(language),
    track_page: { enabled, shows },
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} onChange={saving.reset}>
      <Stack maw="32rem">
        <Switch
          label={t('trackPage.enabled')}
          description={t('trackPage.enabledAbout')}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <TextInput
          label={t('trackPage.name')}
          description={t('trackPage.nameAbout')}
          value={name}
          error={refusedAt(saving.error, '/settings/name')}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="organization"
        />
        <TextInput
          type="url"
          label={t('trackPage.website')}
          placeholder="https://shop.example"
          value={website}
          error={refusedAt(saving.error, '/settings/website')}
          onChange={(event) => setWebsite(event.currentTarget.value)}
        />
        <ColorInput
          label={t('trackPage.color')}
          description={t('trackPage.colorAbout')}
          format="hex"
          value={color}
          error={refusedAt(saving.error, '/settings/color')}
          onChange={(chosen) => {
            setColor(chosen);
            saving.reset();
          }}
          eyeDropperButtonProps={{ 'aria-label': t('trackPage.pick') }}
        />
        <NativeSelect
          label={t('trackPage.language')}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={[
            { value: '', label: t('trackPage.languageTheirs') },
            ...languages.map((one) => ({ value: one, label: languageNames[one] })),
          ]}
        />
        <Stack gap="xs">
          <Choices
            label={t('trackPage.shows')}
            options={shown.map((value) => ({ value, label: t(`trackPage.show.${value}`) }))}
            chosen={shown.filter((one) => shows[one])}
            onChange={(chosen) =>
              setShows({
                destination: chosen.includes('destination'),
                locations: chosen.includes('locations'),
                order_number: chosen.includes('order_number'),
                title: chosen.includes('title'),
              })
            }
          />
          <Text size="sm" c="dimmed">
            {t('trackPage.never')}
          </Text>
        </Stack>
        <SaveButton saving={saving} told={told} />
      </Stack>
    </form>
  );
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
