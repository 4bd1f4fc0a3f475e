/** The body and the headers of a version: a live sample of a chosen status beside what each part of it means. */
import { Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { Loaded } from '../shell/Loaded.tsx';
import { Copy } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { type Preview, previewQuery, type Status, selectable } from '../webhooks/webhooks.ts';
import { Explained } from './Explained.tsx';
import { fieldsOf, headersFieldsOf } from './fields.ts';
import { examplesOf, linesOf } from './sample.ts';

interface BodySectionProps {
  readonly version: WebhookVersion;
  readonly status: Status;
  readonly onStatus: (status: Status) => void;
}

export function BodySection({ version, status, onStatus }: BodySectionProps) {
  const { t } = useTranslation();
  const query = useQuery(previewQuery(version, status));
  return (
    <>
      <div id="body" className="anchored">
        <Section title={t('format.body.title')} about={t('format.body.about')}>
          <NativeSelect
            maw="20rem"
            label={t('format.body.status')}
            value={status}
            onChange={(event) => onStatus(event.currentTarget.value as Status)}
            data={selectable.map((one) => ({ value: one, label: t(`status.${one}`) }))}
          />
          <Loaded query={query}>{(preview) => <ExplainedBody version={version} preview={preview} />}</Loaded>
        </Section>
      </div>
      <div id="headers" className="anchored">
        <Section title={t('format.headers.title')} about={t('format.headers.about')}>
          <Loaded query={query}>
            {({ headers }) => <ExplainedHeaders version={version} headers={headers} />}
          </Loaded>
        </Section>
      </div>
    </>
  );
}

function ExplainedBody({ version, preview: { body } }: { version: WebhookVersion; preview: Preview }) {
  const { t } = useTranslation();
  const [lines, examples] = useMemo(() => [linesOf(body), examplesOf(body)], [body]);
  return (
    <Explained
      fields={fieldsOf[version]}
      lines={lines}
      examples={examples}
      fieldsLabel={t('format.body.fields')}
      sampleLabel={t('format.body.sample')}
      below={
        <Group>
          <Copy text={body} label={t('format.body.copy')} />
        </Group>
      }
    />
  );
}

function ExplainedHeaders({ version, headers }: { version: WebhookVersion; headers: Preview['headers'] }) {
  const { t } = useTranslation();
  const lines = Object.entries(headers).map(([name, text]) => ({ depth: 0, path: name, name, text }));
  return (
    <Explained
      plain
      fields={headersFieldsOf(version)}
      lines={lines}
      examples={new Map(Object.entries(headers))}
      fieldsLabel={t('format.headers.fields')}
      sampleLabel={t('format.headers.sample')}
    />
  );
}
