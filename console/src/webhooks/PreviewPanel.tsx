/** The request that the settings in the form lead to, of an invented parcel: every header, and the whole body. */
import './form.css';
import { NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Body } from '../shell/Body.tsx';
import { Headers } from '../shell/Headers.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { Section } from '../shell/Section.tsx';
import { type Draft, headersOf } from './draft.ts';
import { previewQuery, type Status, selectable } from './webhooks.ts';

export function PreviewPanel({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Status>('delivered');
  const ticked: readonly Status[] = draft.statuses === 'all' ? selectable : draft.statuses;
  const query = useQuery(previewQuery(draft.version, wanted));
  const own = headersOf(draft.headers);
  return (
    <div className="preview">
      <Section title={t('preview.title')} about={t('preview.about')}>
        <NativeSelect
          label={t('preview.status')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value as Status)}
          data={selectable.map((status) => ({ value: status, label: t(`status.${status}`) }))}
        />
        {!ticked.includes(wanted) && (
          <Text size="sm" c="dimmed">
            {t('preview.notSelected')}
          </Text>
        )}
        <Loaded query={query}>
          {({ headers, body }) => (
            <Stack gap="xs">
              <Headers
                headers={{ ...headers, ...renamed(headers, draft), ...own }}
                label={t('exchange.requestHeaders')}
              />
              <Body text={body} label={t('exchange.requestBody')} />
            </Stack>
          )}
        </Loaded>
      </Section>
    </div>
  );
}

/** The headers of the signature once more, under the further names that they are given. */
function renamed(headers: Readonly<Record<string, string>>, { signature }: Draft): Record<string, string> {
  if (signature.kind === 'none') return {};
  return Object.fromEntries(
    (['id', 'timestamp', 'signature'] as const)
      .filter((name) => signature[name].trim() !== '')
      .map((name) => [signature[name].trim(), headers[`webhook-${name}`] ?? '']),
  );
}
