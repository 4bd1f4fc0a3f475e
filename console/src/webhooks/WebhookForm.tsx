/**
 * The settings of a webhook, with what they mean beside them and the request that they lead to. It judges nothing: what
 * cannot be is refused by the server, and its words are shown at the field that they are about.
 */
import { Button, Grid, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { refusedWithin } from '../api/refusal.ts';
import { Note } from '../shell/Note.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { bodyOf, type Draft, unreadable } from './draft.ts';
import { MoreFields, moreFields } from './MoreFields.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { StatusFields } from './StatusFields.tsx';
import { UrlField } from './UrlField.tsx';
import { versions, type WebhookDraft } from './webhooks.ts';

interface WebhookFormProps {
  readonly start: Draft;
  /** Of the one that is edited; null: a new one. */
  readonly webhookId?: string | null;
  readonly submit: string;
  readonly save: (body: WebhookDraft) => Promise<unknown>;
  readonly onCancel: () => void;
}

const usualFields = ['/url', '/description', '/version', '/statuses', '/fires_on', '/callback'] as const;
const fields: readonly string[] = [...usualFields, ...moreFields];

export function WebhookForm({ start, webhookId = null, submit, save, onCancel }: WebhookFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(start);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const saving = useMutation({ mutationFn: () => save(bodyOf(draft)) });
  const at = (field: (typeof usualFields)[number]) => refusedWithin(saving.error, field);
  const isAtField = fields.some((field) => refusedWithin(saving.error, field) !== null);
  const accepts = draft.version === 'v2' || draft.version === 'v3' ? 'only200' : 'any2xx';

  const form = useRef<HTMLFormElement>(null);
  const toWrong = () => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  useEffect(() => {
    // Whoever reads by ear is taken to what was refused.
    if (isAtField && saving.error !== null)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [isAtField, saving.error]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (unreadable(draft) === null) saving.mutate();
    else toWrong();
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <form ref={form} onSubmit={onSubmit} noValidate>
          <Stack gap="lg">
            <Section title={t('form.where')}>
              <UrlField
                url={draft.url}
                webhookId={webhookId}
                error={at('/url')}
                onChange={(url) => change({ url })}
              />
              <TextInput
                label={t('form.description')}
                description={t('form.descriptionAbout')}
                value={draft.description}
                error={at('/description')}
                onChange={(event) => change({ description: event.currentTarget.value })}
              />
            </Section>
            <Section title={t('form.what')}>
              <Radio.Group
                label={t('form.version')}
                description={t('form.versionAbout')}
                value={draft.version}
                error={at('/version')}
                onChange={(version) => change({ version: version as WebhookVersion })}
              >
                <Stack gap="xs" mt="xs">
                  {versions.map((version) => (
                    <Radio
                      key={version}
                      value={version}
                      label={t(`version.${version}`)}
                      description={t(`version.${version}About`)}
                    />
                  ))}
                </Stack>
              </Radio.Group>
              <StatusFields
                statuses={draft.statuses}
                error={at('/statuses')}
                onChange={(statuses) => change({ statuses })}
              />
              <Radio.Group
                label={t('form.firesOn')}
                value={draft.fires_on}
                error={at('/fires_on')}
                onChange={(firesOn) => change({ fires_on: firesOn as Draft['fires_on'] })}
              >
                <Stack gap="xs" mt="xs">
                  {(['status_change', 'every_update'] as const).map((value) => (
                    <Radio
                      key={value}
                      value={value}
                      label={t(`firesOn.${value}`)}
                      description={t(`firesOn.${value}About`)}
                    />
                  ))}
                </Stack>
              </Radio.Group>
            </Section>
            <Section title={t('form.how')}>
              <Radio.Group
                label={t('form.callback')}
                description={t('form.callbackAbout')}
                value={String(draft.callback)}
                error={at('/callback')}
                onChange={(callback) => change({ callback: callback === 'true' })}
              >
                <Stack gap="xs" mt="xs">
                  <Radio value="true" label={t('callback.true')} description={t(`callback.${accepts}`)} />
                  <Radio value="false" label={t('callback.false')} description={t('callback.anything')} />
                </Stack>
              </Radio.Group>
              <Note>{t(`callbackNote.${draft.callback ? accepts : 'anything'}`)}</Note>
            </Section>
            <MoreFields draft={draft} refusal={saving.error} onChange={change} />
            <Problem error={isAtField ? null : saving.error} />
            <Group>
              <Button type="submit" loading={saving.isPending}>
                {submit}
              </Button>
              <Button variant="default" onClick={onCancel}>
                {t('cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <PreviewPanel draft={draft} />
      </Grid.Col>
    </Grid>
  );
}
