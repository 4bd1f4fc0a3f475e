/** Sending what a webhook never had: from when, how much that is, then the yes, then how far it has come. */
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CountedWork } from '../shell/CountedWork.tsx';
import { Section } from '../shell/Section.tsx';
import { WallTimeField } from '../shell/WallTimeField.tsx';
import { missingQuery, replayAll, type Webhook } from './webhooks.ts';

export function ReplayPanel({ webhook: { id, enabled } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [since, setSince] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  if (!enabled) return null;
  return (
    <Section
      title={t('replay.title')}
      about={t('replay.about')}
      actions={
        <CountedWork
          label={t('replay.start')}
          title={(counted) =>
            counted === null || counted.count === 0
              ? t('replay.confirmTitle')
              : t(counted.isMore ? 'replay.confirmTitleMore' : 'replay.confirmTitleCount', {
                  count: counted.count,
                })
          }
          about={t('replay.confirmAbout')}
          fields={
            <WallTimeField
              label={t('replay.since')}
              description={t('replay.sinceAbout')}
              instant={since}
              onChange={setSince}
            />
          }
          counting={missingQuery(id, since)}
          nothing={t('replay.nothing')}
          yes={() => t('replay.yes')}
          soFar={(done) => t('replay.progress', { count: done.count })}
          begin={() => replayAll(id, since)}
          onEnd={(done, isWhole) => {
            setSaid(t(isWhole ? 'replay.done' : 'replay.stopped', { count: done.count }));
            void queries.invalidateQueries();
          }}
        />
      }
    >
      {said !== null && <Text role="status">{said}</Text>}
    </Section>
  );
}
