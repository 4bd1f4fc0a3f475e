/**
 * What a webhook brings, version by version, and how a receiver checks it. The address holds the version, the webhook that it is
 * filled in for, the status of the sample and the language of the code.
 */
import './format.css';
import { Anchor, Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { versions, webhooksQuery } from '../webhooks/webhooks.ts';
import { BodySection } from './BodySection.tsx';
import { CheckSection } from './CheckSection.tsx';
import { CodeSection } from './CodeSection.tsx';
import { RulesSection } from './RulesSection.tsx';
import { StatusesSection } from './StatusesSection.tsx';

const route = getRouteApi('/shell/format/$version');

/** Where no webhook of the account is named. */
const inventedUrl = 'https://shop.example/webhooks/waybell';

const parts = ['body', 'headers', 'statuses', 'rules', 'code', 'check'] as const;

export function FormatPage() {
  const { t } = useTranslation();
  const { version } = route.useParams();
  const { webhook: id, status = 'delivered', language = 'php' } = route.useSearch();
  const navigate = route.useNavigate();
  const webhooks = useQuery(webhooksQuery).data ?? [];
  const webhook = webhooks.find((one) => one.id === id);
  return (
    <Page title={t('format.title')} about={t('format.about')}>
      <Group justify="space-between" align="flex-end" gap="md">
        <Group component="nav" gap={6} aria-label={t('format.versions')}>
          {versions.map((one) => (
            <ButtonLink
              key={one}
              variant={one === version ? 'filled' : 'default'}
              aria-current={one === version ? 'page' : undefined}
              from="/format/$version"
              to="/format/$version"
              params={{ version: one }}
              search={(said) => ({ ...said })}
              resetScroll={false}
            >
              {t(`version.${one}`)}
            </ButtonLink>
          ))}
        </Group>
        {webhooks.length > 0 && <Chooser webhooks={webhooks} id={id} />}
      </Group>
      <div>
        <Text>{t(`version.${version}About`)}</Text>
        {webhook !== undefined && webhook.version !== version && (
          <Text c="dimmed">{t('format.otherVersion', { version: t(`version.${webhook.version}`) })}</Text>
        )}
      </div>
      <nav aria-label={t('format.contents')}>
        <ul className="onPage">
          {parts.map((part) => (
            <li key={part}>
              <Anchor href={`#${part}`} size="sm">
                {t(`format.${part}.title`)}
              </Anchor>
            </li>
          ))}
        </ul>
      </nav>
      <BodySection
        // What was shown of another version explains nothing of this one.
        key={version}
        version={version}
        status={status}
        onStatus={(one) =>
          void navigate({
            search: (said) => ({ ...said, status: one }),
            replace: true,
            resetScroll: false,
          })
        }
      />
      <StatusesSection version={version} />
      <RulesSection version={version} />
      <CodeSection version={version} language={language} url={webhook?.url ?? inventedUrl} />
      <CheckSection version={version} />
    </Page>
  );
}

interface ChooserProps {
  readonly webhooks: readonly { readonly id: string; readonly url: string }[];
  readonly id: string | undefined;
}

/** Which webhook it is filled in for; another one is shown in its own version. */
function Chooser({ webhooks, id }: ChooserProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <NativeSelect
      label={t('format.webhook')}
      value={id ?? ''}
      maw="22rem"
      onChange={(event) => {
        const webhook = event.currentTarget.value;
        void router.navigate({ to: '/format', search: webhook === '' ? {} : { webhook } });
      }}
      data={[
        { value: '', label: t('format.noWebhook') },
        ...webhooks.map((one) => ({ value: one.id, label: one.url })),
      ]}
    />
  );
}
