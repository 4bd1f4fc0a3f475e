/**
 * The settings of a webhook, with what they mean beside them and the request that they lead to. It judges nothing: what
 * cannot be is refused by the server, and its words are shown at the field that they are about.
 */
import { Button, Grid, Group, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { bodyOf, type Draft } from './draft.ts';
import { HeaderFields } from './HeaderFields.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { StatusFields } from './StatusFields.tsx';
import { type Version, versions, type WebhookDraft } from './webhooks.ts';

interface WebhookFormProps {
  readonly start: Draft;
  readonly submit: string;
  readonly save: (body: WebhookDraft) => Promise<unknown>;
  readonly onCancel: () => void;
}

const fields = ['/url', '/description', '/version', '/statuses', '/rate_per_second'] as const;

export function WebhookForm({ start, submit, save, onCancel }: WebhookFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(start);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const saving = useMutation({ mutationFn: () => save(bodyOf(draft)) });
  const at = (field: (typeof fields)[number]) => refusedAt(saving.error, field);
  const isAtField = fields.some((field) => at(field) !== null);
  const accepts = draft.version === 'v2' || draft.version === 'v3' ? 'only200' : 'any2xx';

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <form onSubmit={onSubmit} noValidate>
          <Stack gap="lg">
            <Section title={t('form.where')}>
              <TextInput
                label={t('form.url')}
                description={t('form.urlAbout')}
                type="url"
                inputMode="url"
                value={draft.url}
                error={at('/url')}
                onChange={(event) => change({ url: event.currentTarget.value })}
                placeholder="https://"
                spellCheck={false}
                autoComplete="off"
                required
                withAsterisk={false}
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
                onChange={(version) => change({ version: version as Version })}
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
                onChange={(callback) => change({ callback: callback === 'true' })}
              >
                <Stack gap="xs" mt="xs">
                  <Radio value="true" label={t('callback.true')} description={t(`callback.${accepts}`)} />
                  <Radio value="false" label={t('callback.false')} description={t('callback.anything')} />
                </Stack>
              </Radio.Group>
              <Radio.Group
                label={t('form.order')}
                value={String(draft.ordered)}
                onChange={(ordered) => change({ ordered: ordered === 'true' })}
              >
                <Stack gap="xs" mt="xs">
                  <Radio value="true" label={t('order.true')} description={t('order.trueAbout')} />
                  <Radio value="false" label={t('order.false')} description={t('order.falseAbout')} />
                </Stack>
              </Radio.Group>
              <NumberInput
                label={t('form.rate')}
                description={t('form.rateAbout')}
                value={draft.rate}
                error={at('/rate_per_second')}
                onChange={(rate) => change({ rate: String(rate) })}
                allowNegative={false}
                hideControls
                maw="20rem"
              />
              <HeaderFields headers={draft.headers} onChange={(headers) => change({ headers })} />
            </Section>
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
