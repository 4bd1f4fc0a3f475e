/** The code of a receiver, in the reader's language and for the reader's endpoint, and what it goes by. */
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { Code } from '../shell/Code.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { ButtonLink } from '../shell/links.tsx';
import { Copy } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { exampleOf } from './exampleOf.ts';
import { type CodeLanguage, codeLanguages, codeQuery } from './languages.ts';

interface CodeSectionProps {
  readonly version: WebhookVersion;
  readonly language: CodeLanguage;
  /** Where the receiver is, or would be. */
  readonly url: string;
}

const strength = { v2: 'v23', v3: 'v23', v4: 'v4', standard: 'standard' } as const;

export function CodeSection({ version, language, url }: CodeSectionProps) {
  const { t } = useTranslation();
  const query = useQuery(codeQuery(language));
  return (
    <div id="code" className="anchored">
      <Section title={t('format.code.title')}>
        <Stack gap={6}>
          <Text size="sm">{t(`format.code.${strength[version]}`)}</Text>
          <Text size="sm">{t('format.code.raw')}</Text>
          <Text size="sm">{t('format.code.secret')}</Text>
        </Stack>
        <Group component="nav" gap={6} aria-label={t('format.code.language')}>
          {(Object.keys(codeLanguages) as CodeLanguage[]).map((one) => (
            <ButtonLink
              key={one}
              size="xs"
              variant={one === language ? 'filled' : 'default'}
              aria-current={one === language ? 'true' : undefined}
              from="/format/$version"
              to="."
              search={(said) => ({ ...said, language: one })}
              replace
              resetScroll={false}
            >
              {codeLanguages[one].name}
            </ButtonLink>
          ))}
        </Group>
        <Loaded query={query}>
          {(source) => {
            const text = exampleOf(source, { version, url }).trimEnd();
            return (
              <>
                <div className="receiver" dir="ltr">
                  <Code label={t('format.code.source', { language: codeLanguages[language].name })}>
                    {text}
                  </Code>
                </div>
                <Group>
                  <Copy text={`${text}\n`} label={t('format.code.copy')} />
                </Group>
              </>
            );
          }}
        </Loaded>
      </Section>
    </div>
  );
}
