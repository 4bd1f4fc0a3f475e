/** Putting parked deliveries back: how many there are, then the yes, then how far it has come. */
import { Progress, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../shell/Confirm.tsx';
import { Section } from '../shell/Section.tsx';
import { parkedQuery, recoverAll, type Webhook } from './webhooks.ts';

export function RecoverPanel({ webhook: { id } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const parked = useQuery(parkedQuery(id)).data ?? { count: 0, isMore: false };
  const queries = useQueryClient();
  const [progress, setProgress] = useState<number | null>(null);
  const [recovered, setRecovered] = useState<number | null>(null);
  const { count, isMore } = parked;
  if (count === 0 && recovered === null) return null;
  return (
    <Section
      title={t(isMore ? 'recover.titleMore' : 'recover.title', { count })}
      about={t('recover.about')}
      actions={
        count > 0 && (
          <Confirm
            label={t('recover.start', { count })}
            title={t('recover.confirmTitle', { count })}
            about={
              <Stack gap="sm">
                <Text>{t('recover.confirmAbout')}</Text>
                {progress !== null && (
                  <>
                    <Progress
                      value={isMore ? 100 : (100 * progress) / Math.max(count, 1)}
                      animated={isMore}
                      aria-label={t('recover.progress', { count: progress })}
                    />
                    <Text size="sm">{t('recover.progress', { count: progress })}</Text>
                  </>
                )}
              </Stack>
            }
            yes={t('recover.yes')}
            run={async () => {
              setProgress(0);
              try {
                setRecovered(await recoverAll(id, setProgress));
              } finally {
                setProgress(null);
                await queries.invalidateQueries();
              }
            }}
          />
        )
      }
    >
      {recovered !== null && <Text role="status">{t('recover.done', { count: recovered })}</Text>}
    </Section>
  );
}
