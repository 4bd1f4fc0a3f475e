/** Putting parked deliveries back: how many there are, then the yes, then how far it has come. */
import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CountedWork } from '../shell/CountedWork.tsx';
import { Section } from '../shell/Section.tsx';
import { parkedQuery, recoverAll, type Webhook } from './webhooks.ts';

export function RecoverPanel({ webhook: { id, enabled } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { count, isMore } = useQuery(parkedQuery(id)).data ?? { count: 0, isMore: false };
  const queries = useQueryClient();
  const [said, setSaid] = useState<string | null>(null);
  // What is parked falls to nothing while the last of it is put back; the dialog stays until that is over.
  const [isBegun, setBegun] = useState(false);
  if (count === 0 && said === null && !isBegun) return null;
  return (
    <Section
      title={t(isMore ? 'recover.titleMore' : 'recover.title', { count })}
      about={t('recover.about')}
      actions={
        (count > 0 || isBegun) &&
        enabled && (
          <CountedWork
            label={t('recover.start', { count })}
            title={(counted) => t('recover.confirmTitle', { count: counted?.count ?? count })}
            about={t('recover.confirmAbout')}
            counting={parkedQuery(id)}
            nothing={t('recover.nothing')}
            yes={() => t('recover.yes')}
            soFar={(done) => t('recover.progress', { count: done.count })}
            begin={() => {
              setBegun(true);
              return recoverAll(id);
            }}
            onEnd={(done, isWhole) => {
              setBegun(false);
              setSaid(t(isWhole ? 'recover.done' : 'recover.stopped', { count: done.count }));
              void queries.invalidateQueries();
            }}
          />
        )
      }
    >
      {!enabled && <Text size="sm">{t('recover.disabled')}</Text>}
      {said !== null && <Text role="status">{said}</Text>}
    </Section>
  );
}
