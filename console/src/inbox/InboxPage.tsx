/** What the built-in receiver got, as it comes: the place where a webhook is first seen to work. */
import { Group, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, type Page as PageOf } from '../api/call.ts';
import { useMayWrite } from '../session/session.ts';
import { Body } from '../shell/Body.tsx';
import { Dot } from '../shell/Dot.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Headers } from '../shell/Headers.tsx';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { ButtonLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { Copy } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { summaryOf } from './summary.ts';

interface Inbox extends PageOf<Message> {
  readonly url: string;
}

interface Message {
  readonly id: string;
  readonly received_at: string;
  readonly verified: boolean;
  readonly reason: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: () => call<Inbox>('GET', '/inbox?limit=30'),
  refetchInterval: 3000,
});

export function InboxPage() {
  const { t } = useTranslation();
  const query = useQuery(inboxQuery);
  return (
    <Page title={t('inbox.title')} about={t('inbox.about')}>
      <Loaded query={query}>
        {({ url, data }) => (
          <>
            <Address url={url} />
            {data.length === 0 ? (
              <Empty title={t('inbox.emptyTitle')} about={t('inbox.emptyAbout')} />
            ) : (
              <div className="card rows">
                {data.map((message) => (
                  <Row key={message.id} message={message} />
                ))}
              </div>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Address({ url }: { url: string }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  return (
    <Section title={t('inbox.address')} about={t('inbox.addressAbout')}>
      <div className="code">{url}</div>
      <Group>
        <Copy text={url} label={t('inbox.copy')} />
        {mayWrite && (
          <ButtonLink to="/webhooks/new" search={{ url }} variant="default">
            {t('inbox.createWebhook')}
          </ButtonLink>
        )}
      </Group>
    </Section>
  );
}

function Row({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { received_at: receivedAt, verified, reason, headers, body } = message;
  return (
    <details className="row">
      <summary className="line">
        <Text span size="sm" fw={600}>
          {summaryOf(body) || t('inbox.noSummary')}
        </Text>
        <Dot tone={verified ? 'good' : 'bad'}>
          {verified ? t('inbox.verified') : t('inbox.notVerified', { reason })}
        </Dot>
        <Text span size="sm" c="dimmed">
          <Instant at={receivedAt} />
        </Text>
      </summary>
      <Stack gap="xs" pt="xs">
        <Headers headers={headers} label={t('exchange.requestHeaders')} />
        <Body text={body} label={t('exchange.requestBody')} />
      </Stack>
    </details>
  );
}
